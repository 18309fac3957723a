//go:build arduino_nano33

package machine

const (
	D13 Pin = PA17

	NINA_SDO    Pin = PA12
	NINA_SDI    Pin = PA13
	NINA_CS     Pin = PA14
	NINA_SCK    Pin = PA15
	NINA_GPIO0  Pin = PA27
	NINA_RESETN Pin = PA08
	NINA_ACK    Pin = PA28

	NINA_RESET_INVERTED = true
)

const LED = D13

var NINA_SPI = SPI1
