package emulator

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A readyLine is the READY output: its level, and at most one change that is
// already certain to come. Time that only passes is modelled by that change
// and needs no goroutine.
type readyLine struct {
	level bus.Ready
	next  bus.Ready
	due   time.Time // when level becomes next; zero: no change is coming
}

// set makes the line l at once.
func (r *readyLine) set(l bus.Ready) { *r = readyLine{level: l} }

// schedule makes the line l at the time due.
func (r *readyLine) schedule(l bus.Ready, due time.Time) { r.next, r.due = l, due }

// settle applies a change whose time has come.
func (r *readyLine) settle(now time.Time) {
	if !r.due.IsZero() && !now.Before(r.due) {
		r.set(r.next)
	}
}

// A forcedReady is a level READY is seen at whatever the firmware does.
type forcedReady struct {
	condition
	level bus.Ready
	from  time.Time // zero: it has begun
}

// glitch makes READY low for d from a time on.
func (r *forcedReady) glitch(from time.Time, d time.Duration) {
	if d > 0 {
		*r = forcedReady{condition{true, from.Add(d)}, bus.Armed, from}
	}
}

// show makes s what is seen.
func (r *forcedReady) show(s *sight, now time.Time) {
	change := r.until
	switch {
	case !r.lasts(now):
		r.on = false
		return
	case now.Before(r.from):
		change = r.from
	default:
		s.level, s.left = r.level, 0
	}
	s.changes(change, now)
}

// WaitReady implements [bus.Bus]. While a command works on the network it
// waits in real time; everything else passes on the Clock alone.
func (e *Emulator) WaitReady(level bus.Ready, timeout time.Duration) (time.Duration, error) {
	e.mu.Lock()
	if fw := e.fw; fw != nil && fw.ready.due.IsZero() && fw.ready.level == level && !fw.ailing.ready.on && e.alarm.IsZero() && !e.closed {
		e.mu.Unlock()
		return 0, nil
	}
	e.mu.Unlock()
	return e.waitReady(level, timeout)
}

func (e *Emulator) waitReady(level bus.Ready, timeout time.Duration) (time.Duration, error) {
	start := e.clock.Now()
	for now := start; ; now = e.clock.Now() {
		waited := now.Sub(start)
		seen := e.look(now)
		switch {
		case seen.closed:
			return waited, bus.ErrClosed
		case seen.level == level:
			return waited, nil
		case waited >= timeout:
			return waited, bus.ErrReadyTimeout
		}
		d := timeout - waited
		if seen.left > 0 && seen.left < d {
			d = seen.left
		}
		e.pause(d, seen.working)
	}
}

// A sight is what one look at READY tells.
type sight struct {
	level   bus.Ready
	left    time.Duration // until the next certain change; zero: none is certain
	working bool          // a command is at work that may change it any time
	closed  bool
}

// changes notes that there may be a change at a time; zero: there is none.
func (s *sight) changes(at, now time.Time) {
	if left := at.Sub(now); !at.IsZero() && (s.left == 0 || left < s.left) {
		s.left = left
	}
}

func (e *Emulator) look(now time.Time) sight {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.strikeUntil(now)
	fw := e.fw
	if fw == nil {
		return sight{level: bus.Busy, closed: e.closed}
	}
	fw.ready.settle(now)
	s := sight{level: fw.ready.level, working: fw.window == workWindow, closed: e.closed}
	s.changes(fw.ready.due, now)
	fw.ailing.ready.show(&s, now)
	s.changes(e.alarm, now)
	return s
}

// pause lets d pass on the clock, or less when nudged.
func (e *Emulator) pause(d time.Duration, working bool) {
	if !e.wall && !working {
		e.clock.Sleep(d)
		return
	}
	start := e.clock.Now()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-e.wake:
	case <-timer.C:
		e.clock.Sleep(d - e.clock.Now().Sub(start))
	}
}
