package emulator

import (
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// dnsTimeout is how long a lookup waits for a server that does not answer: lwIP
// asks it four times, after 1, 1, 2 and 3 s (lwIP dns.c dns_check_entry).
const dnsTimeout = 7 * time.Second

// An ailment is what faults have done to a firmware. It ends with it.
type ailment struct {
	ready   forcedReady
	sends   condition
	sendMax int // bytes a send accepts during sends
	dns     condition
	edges   int     // edges of chip select until the chip resets itself; zero: it does not
	damages []Fault // of the reply to the command at work
}

// A condition lasts until a time, or as long as the firmware.
type condition struct {
	on    bool
	until time.Time // zero: no end
}

func (c condition) lasts(now time.Time) bool { return c.on && !reached(c.until, now) }

// disturb lets the faults strike that the command at work is due, and returns
// the handler that is left for it.
func (f *firmware) disturb(h handler) handler {
	e := f.e
	struck := make([]Fault, 0, len(e.faults))
	for i := range e.faults {
		if e.faults[i].strikes(f.cmd) {
			struck = append(struck, e.faults[i])
		}
	}
	e.faults = slices.DeleteFunc(e.faults, func(fault Fault) bool { return fault.Times == 0 })
	struck = append(struck, e.chaos.draw()...)
	for _, fault := range struck {
		f.strike(fault)
		if fault.Kind == ErrorReply {
			h = handler{}
		}
	}
	return h
}

// strike lets a fault happen at the time that now is.
func (f *firmware) strike(fault Fault) {
	lasting := condition{on: true}
	if fault.For > 0 {
		lasting.until = f.now.Add(fault.For)
	}
	switch fault.Kind {
	case ReadyHigh:
		f.ailing.ready = forcedReady{condition: lasting, level: bus.Busy}
	case ReadyLow:
		f.ailing.ready = forcedReady{condition: lasting, level: bus.Armed}
	case RefuseSends:
		f.ailing.sends, f.ailing.sendMax = lasting, max(fault.N, 0)
	case DeadDNS:
		f.ailing.dns = lasting
	case Reboot:
		if f.ailing.edges = fault.N; fault.N <= 0 {
			f.reboot()
		}
	case Crash:
		f.die()
	case LoseSlot:
		if fault.N >= 0 && fault.N < len(f.slots) {
			f.slots[fault.N] = slot{kind: free}
		}
	case ResetPeer:
		f.resetPeer(fault.N)
	default:
		f.ailing.damages = append(f.ailing.damages, fault)
	}
}

// reboot ends the firmware and starts another. The strapping pins are not read
// again: only RESETN does that.
func (f *firmware) reboot() {
	if !f.dead {
		f.die()
		f.e.fw = newFirmware(f.e)
	}
}

// edge counts an edge of chip select; at the last of them the chip resets
// itself.
func (f *firmware) edge() {
	if f.ailing.edges--; f.ailing.edges == 0 {
		f.reboot()
	}
}

// resetPeer breaks the connection of a slot. What has been received can still
// be read.
func (f *firmware) resetPeer(n int) {
	if n < 0 || n >= len(f.slots) {
		return
	}
	s := f.slots[n].stream()
	if s == nil {
		return
	}
	s.ended, s.broken = true, true
	s.tx.drop(s.tx.n)
	s.raw.Close()
	s.change.Broadcast()
	f.attention.stir(f)
}

// accepted returns what of p a send may take.
func (f *firmware) accepted(p []byte) []byte {
	if f.ailing.sends.lasts(f.now) {
		return p[:min(len(p), f.ailing.sendMax)]
	}
	return p
}
