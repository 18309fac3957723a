package emulator

import (
	"slices"
	"time"
)

// attention is the firmware's task that drives GPIO0. It is woken after every
// command and by everything received, and looks through the slots; with a tick
// it then sleeps that long (reference §7). The sleep is worked out whenever
// somebody looks, so the task needs no goroutine.
type attention struct {
	level bool
	last  time.Time // when the task ran last
	woken bool      // it was woken in its sleep and runs again at the end of it
}

// stir wakes the task, and a command that waits for what has happened.
func (a *attention) stir(f *firmware) {
	f.news.Broadcast()
	if f.tick() <= 0 {
		a.level = f.refresh()
		return
	}
	a.woken = true
	a.catchUp(f)
}

// catchUp runs the task if it should have run by now.
func (a *attention) catchUp(f *firmware) {
	now := f.e.clock.Now()
	if a.woken && now.Sub(a.last) >= f.tick() {
		a.woken, a.last = false, now
		a.level = f.refresh()
	}
}

// read returns the level of GPIO0.
func (a *attention) read(f *firmware) bool {
	if f.tick() > 0 {
		a.catchUp(f)
	}
	return a.level
}

// tick returns how long the task sleeps.
func (f *firmware) tick() time.Duration {
	if !f.quirk(GPIO0Tick) {
		return 0
	}
	return f.e.cfg.AttentionTick
}

// refresh looks through the slots in order, up to the first that has something
// to read or accept. On its way it parses datagrams and lets go of dead
// connections (nina-fw CommandHandler.cpp updateGpio0Pin).
func (f *firmware) refresh() bool {
	high := false
	for i := range f.slots {
		if f.slots[i].ready(f) {
			high = true
			if f.quirk(GPIO0FirstOnly) {
				return true
			}
		}
	}
	return high || !f.quirk(GPIO0SlotsOnly) && slices.ContainsFunc(f.sockets, func(s *bsdSocket) bool { return s != nil && s.canRead() })
}

func (s *slot) ready(f *firmware) bool {
	switch s.kind {
	case tcpSlot:
		if s.server != nil {
			return s.server.pending != nil || s.server.withData() != nil
		}
		return s.client.connected() && s.client.available() > 0
	case udpSlot:
		return s.udp.available() > 0 || s.udp.parse()
	case tlsSlot:
		return s.tls.connected() && s.tls.available() > 0
	}
	return false
}
