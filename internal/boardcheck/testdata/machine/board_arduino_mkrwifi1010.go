//go:build arduino_mkrwifi1010

package machine

const (
	D6 Pin = PA20

	NINA_SDO    Pin = PA12
	NINA_SDI    Pin = PA13
	NINA_CS     Pin = PA14
	NINA_SCK    Pin = PA15
	NINA_GPIO0  Pin = PA27
	NINA_RESETN Pin = PB08
	NINA_ACK    Pin = PA28
)

const LED = D6

var NINA_SPI = SPI1
