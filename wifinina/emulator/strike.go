package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// dnsTimeout is how long a lookup waits for a server that does not answer: lwIP
// asks it four times, after 1, 1, 2 and 3 s (lwIP dns.c dns_check_entry).
const dnsTimeout = 7 * time.Second

// observedGlitch is how long a READY that falls by mistake was seen low
// (nina-observed "Handshake").
const observedGlitch = 27 * time.Microsecond

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
	due := make([]Fault, 0, len(e.faults))
	for i := range e.faults {
		if e.faults[i].strikes(f.cmd, f.now) {
			due = append(due, e.faults[i].Fault)
		}
	}
	e.faults = slices.DeleteFunc(e.faults, func(p waitingFault) bool { return p.over() })
	e.setAlarm()
	due = append(due, e.chaos.draw()...)
	for _, fault := range due {
		e.strike(f, fault, f.cmd, f.now)
		if fault.Kind == ErrorReply {
			h = handler{}
		}
	}
	return h
}

// strike lets a fault happen at a time, to the firmware f and the world around
// it, and tells it.
func (e *Emulator) strike(f *firmware, fault Fault, cmd wire.Command, at time.Time) {
	found := false
	switch alive := f != nil && !f.dead; {
	case fault.Kind.ofWorld():
		found = e.afflict(fault, at)
	case alive && fault.Kind.IsCondition():
		found = f.fallIll(fault)
	case alive && fault.Kind <= lastEvent:
		found = f.suffer(fault)
	case alive && fault.Kind.IsDamage():
		f.ailing.damages = append(f.ailing.damages, fault)
		found = true
	}
	e.tell(fault, cmd, at, !found)
}

// fallIll lets a condition begin or end.
func (f *firmware) fallIll(fault Fault) bool {
	lasting := fault.lasting(f.now)
	switch fault.Kind {
	case ReadyHigh:
		f.ailing.ready = forcedReady{condition: lasting, level: bus.Busy}
	case ReadyLow:
		f.ailing.ready = forcedReady{condition: lasting, level: bus.Armed}
	case RefuseSends:
		f.ailing.sends, f.ailing.sendMax = lasting, max(fault.N, 0)
	case DeadDNS:
		f.ailing.dns = lasting
	default:
		return false
	}
	return true
}

// suffer lets an event happen, and reports whether there was anything it could
// happen to.
func (f *firmware) suffer(fault Fault) bool {
	switch fault.Kind {
	case Reboot:
		if f.ailing.edges = fault.N; fault.N <= 0 {
			f.reboot()
		}
	case Crash:
		f.die()
	case LoseSlot:
		return f.loseSlot(fault.N)
	case ResetPeer:
		return f.resetPeer(fault.N)
	case ResetPeers:
		return f.resetPeers(fault.Addr)
	case ReadyGlitch:
		f.glitch(fault.For)
	case DropLink:
		return f.dropLink(wire.Reason(cmp.Or(fault.N, int(wire.ReasonUnspecified))))
	case RestoreLink:
		return f.restoreLink()
	case Stations:
		return f.setStations(fault.N)
	default:
		return false
	}
	return true
}

// reboot ends the firmware and starts another. The strapping pins are not read
// again: only RESETN does that.
func (f *firmware) reboot() {
	if !f.dead {
		f.die()
		f.e.fw = newFirmware(f.e, f.now)
	}
}

// edge counts an edge of chip select; at the last of them the chip resets
// itself.
func (f *firmware) edge() {
	if f.ailing.edges--; f.ailing.edges == 0 {
		f.now = f.e.clock.Now()
		f.reboot()
	}
}

// glitch inverts READY for a moment. A command at work goes on behind it, so
// that the level is wrong for once.
func (f *firmware) glitch(d time.Duration) {
	if d <= 0 {
		d = observedGlitch
	}
	wrong := bus.Armed
	if f.ready.level == bus.Armed {
		wrong = bus.Busy
	}
	f.ailing.ready = forcedReady{condition: condition{true, f.now.Add(d)}, level: wrong}
	if f.window == workWindow {
		f.takes(2 * d)
	}
}

// accepted returns what of p a send may take.
func (f *firmware) accepted(p []byte) []byte {
	if f.ailing.sends.lasts(f.now) {
		return p[:min(len(p), f.ailing.sendMax)]
	}
	return p
}
