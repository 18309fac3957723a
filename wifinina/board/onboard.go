//go:build tinygo && ninafw

package board

import (
	"machine"

	"github.com/ninatrace/ninatrace/wifinina"
)

// Onboard returns the wiring of the board this is compiled for.
func Onboard() Wiring {
	return Wiring{
		SPI: machine.NINA_SPI,
		SCK: machine.NINA_SCK, SDO: machine.NINA_SDO, SDI: machine.NINA_SDI,
		CS:              machine.NINA_CS,
		ACK:             machine.NINA_ACK,
		RESETN:          machine.NINA_RESETN,
		GPIO0:           machine.NINA_GPIO0,
		ResetActiveHigh: resetActiveHigh,
	}
}

// Config prepares the board's pins and returns a configuration of the driver
// for its coprocessor.
func Config() wifinina.Config { return Onboard().Config() }
