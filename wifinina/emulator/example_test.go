package emulator_test

import (
	"fmt"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A request is two selects: one writes it, the next reads the reply.
func ExampleNew() {
	chip := emulator.New(emulator.Config{})
	defer chip.Close()

	window := func(w []byte) []byte {
		r := make([]byte, len(w))
		chip.WaitReady(bus.Armed, time.Second)
		chip.Select()
		chip.WaitReady(bus.Busy, time.Second)
		chip.Tx(w, r)
		chip.Deselect()
		return r
	}
	window(wire.AppendRequest(nil, wire.GetFWVersion))
	fmt.Printf("% x\n", window(make([]byte, 12)))
	// Output: e0 b7 01 06 32 2e 30 2e 30 00 ee 00
}
