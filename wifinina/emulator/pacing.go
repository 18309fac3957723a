package emulator

import "time"

// A Pacing says how long the link and the firmware take. All of it passes on
// the Clock of the emulator. The zero value takes no time at all. What a command
// waits for, such as a scan or the network, comes on top.
type Pacing struct {
	SPIClock   uint32        // Hz: a byte takes eight cycles; zero: no time
	Ack        time.Duration // chip select falling to READY high
	Turnaround time.Duration // from a transaction that is over, or a command that is done, to READY low
	Service    time.Duration // executing a command
}

// Realistic8MHz is the pacing of a module on an 8 MHz clock: 15 µs to READY high
// (nina-observed "Handshake"), 100 µs to arm a transaction and 100 µs to execute
// a trivial command (the middle of what reference §7 takes to be plausible; no
// source has measured it).
func Realistic8MHz() Pacing {
	return Pacing{
		SPIClock:   8_000_000,
		Ack:        15 * time.Microsecond,
		Turnaround: 100 * time.Microsecond,
		Service:    100 * time.Microsecond,
	}
}

// maxCredit bounds how much of an overlong sleep is made up for.
const maxCredit = time.Millisecond

// A shifter is the SPI clock. It belongs to the goroutine that has the bus.
type shifter struct {
	rest uint64        // of the last division, in 1/SPIClock ns
	owed time.Duration // time the clock has not slept yet; negative: it slept too long
}

// shift lets the time pass that n bytes take. Neither what a division leaves
// nor what a sleep takes too long adds up.
func (e *Emulator) shift(n int) {
	hz := uint64(e.cfg.Pacing.SPIClock)
	s := &e.shifter
	cycles := uint64(n)*8*uint64(time.Second) + s.rest
	s.rest = cycles % hz
	if s.owed += time.Duration(cycles / hz); s.owed <= 0 {
		return
	}
	start := e.clock.Now()
	e.clock.Sleep(s.owed)
	s.owed = max(s.owed-e.clock.Now().Sub(start), -maxCredit)
}
