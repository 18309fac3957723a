// Sets a board up, resets its coprocessor and selects it once, and prints what
// that did to the pins.
package main

import (
	"errors"
	"fmt"
	"machine"

	"github.com/ninatrace/ninatrace/wifinina/board"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

func main() {
	w := board.Onboard()
	fmt.Println("CS", w.CS)
	fmt.Println("ACK", w.ACK)
	fmt.Println("GPIO0", w.GPIO0)
	fmt.Println("RESETN", w.RESETN)
	fmt.Println("SCK", w.SCK)
	fmt.Println("SDO", w.SDO)
	fmt.Println("SDI", w.SDI)
	fmt.Printf("SPI SPI%d\n", w.SPI.(*machine.SPI).Bus)
	fmt.Println("high", w.ResetActiveHigh)

	play("onboard", w, board.Config().Bus)

	lift := board.AirLift(machine.SPI0, 1, 2, 3)
	play("airlift", lift, lift.Config().Bus)

	lift.RESETN = machine.NoPin
	lift.SPI = &machine.SPI{Bus: 7, Refuse: errors.New("not these pins")}
	b := lift.Config().Bus
	play("refused", lift, b)
	fmt.Println("error", b.Tx([]byte{0}, nil))
}

// play resets and selects over b, and prints each level and mode on the way.
func play(name string, w board.Wiring, b bus.Bus) {
	tell(name+".setup", w)
	b.DriveGPIO0(bus.High)
	b.Reset(true)
	tell(name+".asserted", w)
	b.Reset(false)
	tell(name+".released", w)
	b.DriveGPIO0(bus.Released)
	tell(name+".booted", w)
	b.Select()
	b.Deselect()
	tell(name+".selected", w)
}

func tell(stage string, w board.Wiring) {
	names := map[machine.Pin]string{w.CS: "CS", w.ACK: "READY", w.RESETN: "RESETN", w.GPIO0: "GPIO0"}
	fmt.Print(stage)
	for i, e := range machine.Log {
		if i > 0 {
			fmt.Print(";")
		}
		if e.SPI != nil {
			c := e.Config
			fmt.Printf(" SPI%d %d Hz mode %d lsb %t on %d %d %d", e.SPI.Bus, c.Frequency, c.Mode, c.LSBFirst, c.SCK, c.SDO, c.SDI)
			continue
		}
		fmt.Print(" ", names[e.Pin], " ", e.What)
	}
	fmt.Println()
	machine.Log = nil
}
