package machine

import "errors"

type SPIConfig struct {
	Frequency uint32
	SCK       Pin
	SDO       Pin
	SDI       Pin
	LSBFirst  bool
	Mode      uint8
}

// SPI is a peripheral that exists on the board with this number.
type SPI struct {
	Bus uint8
	// Refuse is what Configure returns.
	Refuse error
}

var (
	SPI0 = &SPI{Bus: 0}
	SPI1 = &SPI{Bus: 1}
)

var errSize = errors.New("SPI write and read slices must be same size")

func (spi *SPI) Configure(config SPIConfig) error {
	Log = append(Log, Event{SPI: spi, Config: config})
	return spi.Refuse
}

func (spi *SPI) Tx(w, r []byte) error {
	if w != nil && r != nil && len(w) != len(r) {
		return errSize
	}
	return nil
}

func (spi *SPI) Transfer(w byte) (byte, error) { return w, nil }
