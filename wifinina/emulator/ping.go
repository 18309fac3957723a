package emulator

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const (
	pingTimeout = 5 * time.Second
	// pingTick is the resolution of the firmware's clock.
	pingTick = 10 * time.Millisecond
)

// ping sends no ICMP, which would take privileges. The loopback and the hosts
// of Config.Pings answer; all others run into the firmware's time-out, which
// passes on the Clock.
func ping(f *firmware) {
	rtt, ok := f.roundTrip(f.ip(4))
	if !ok {
		f.waits(pingTimeout)
		f.answer(wire.Int(-1))
		return
	}
	f.waits(rtt)
	f.answer(wire.Int(rtt.Truncate(pingTick).Milliseconds()))
}

// roundTrip returns how long a host takes to answer, if it does.
func (f *firmware) roundTrip(to netip.Addr) (time.Duration, bool) {
	if !f.radio.up() || f.fds.full() {
		return 0, false
	}
	rtt, ok := f.e.cfg.Pings[to]
	return rtt, (ok || to.IsLoopback()) && rtt < pingTimeout
}
