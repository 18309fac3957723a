package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// minEvery bounds how often a fault repeats, and with it what there is to catch
// up with after nobody has looked for long.
const minEvery = 10 * time.Millisecond

// A waitingFault waits for its time, or for its command. As all time here, that
// of faults is worked out when somebody looks: it needs no goroutine.
type waitingFault struct {
	Fault
	left   int       // how often it is still to strike; negative: no end
	asleep bool      // it waits for due
	due    time.Time // when it wakes, or did last
	skip   int       // commands it still lets pass
	ends   bool      // it is the end of a condition that has struck
}

// sleep makes it wait until a time.
func (p *waitingFault) sleep(until time.Time) {
	p.asleep, p.due, p.skip = true, until, p.Nth-1
}

// strikes counts a command that was received at the time now and reports whether
// the fault strikes it.
func (p *waitingFault) strikes(c wire.Command, now time.Time) bool {
	switch {
	case p.asleep || p.Command != 0 && p.Command != c:
		return false
	case p.skip > 0:
		p.skip--
		return false
	}
	p.struck(now)
	return true
}

// struck counts a strike, after which the fault may have to sleep. Periods in
// which no command came are not made up for.
func (p *waitingFault) struck(now time.Time) {
	if p.left > 0 {
		p.left--
	}
	if p.Every > 0 {
		missed := now.Sub(p.due) / p.Every
		p.sleep(p.due.Add((missed + 1) * p.Every))
	}
}

// over reports whether it is not to strike any more.
func (p *waitingFault) over() bool { return p.left == 0 }

// strikesLeft is how often a new fault is to strike.
func (f Fault) strikesLeft() int {
	switch waits := f.WaitsForCommand(); {
	case f.Times != 0 && (waits || f.Every > 0):
		return max(f.Times, -1)
	case f.Times == 0 && f.Every > 0:
		return -1
	}
	return 1
}

// Inject makes something go wrong, now, later, or at a command to come. Faults
// wait for their command through resets. One that strikes without finding
// anything to strike, such as a running firmware, does nothing and is over.
func (e *Emulator) Inject(f Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.clock.Now()
	e.strikeUntil(now)
	if f.After = max(f.After, 0); f.Every > 0 {
		f.Every = max(f.Every, minEvery)
	}
	p := waitingFault{Fault: f, left: f.strikesLeft(), due: now, skip: f.Nth - 1}
	if first := cmp.Or(f.After, f.Every); first > 0 {
		p.sleep(now.Add(first))
	}
	if p.asleep || f.WaitsForCommand() {
		e.faults = append(e.faults, p)
	} else {
		e.settleAt(now)
		e.strike(e.fw, f, 0, now)
	}
	e.setAlarm()
	e.nudge()
}

// ClearFaults forgets the faults that wait for a command or a time, and ends
// chaos. What has struck stays struck, for as long as it was to last.
func (e *Emulator) ClearFaults() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.strikeUntil(e.clock.Now())
	e.faults = slices.DeleteFunc(e.faults, func(p waitingFault) bool { return !p.ends })
	e.chaos = nil
	e.setAlarm()
}

// Pending returns the faults that wait for a command or a time, in the order of
// their injection: After is the time that is left, Times how often they are
// still to strike.
func (e *Emulator) Pending() (waiting []Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.clock.Now()
	e.strikeUntil(now)
	for _, p := range e.faults {
		if p.ends {
			continue
		}
		f := p.Fault
		if f.Times, f.After = p.left, 0; p.asleep {
			f.After = p.due.Sub(now)
		}
		waiting = append(waiting, f)
	}
	return waiting
}

// setAlarm notes when the next fault wakes.
func (e *Emulator) setAlarm() {
	e.alarm = time.Time{}
	if i := e.nextToWake(); i >= 0 {
		e.alarm = e.faults[i].due
	}
}

// nextToWake returns the index of the fault that wakes first, or -1.
func (e *Emulator) nextToWake() int {
	next := -1
	for i, p := range e.faults {
		if p.asleep && (next < 0 || p.due.Before(e.faults[next].due)) {
			next = i
		}
	}
	return next
}

// catchUp lets the faults wake whose time has come.
func (e *Emulator) catchUp() {
	if !e.alarm.IsZero() {
		e.strikeUntil(e.clock.Now())
	}
}

// strikeUntil is catchUp for who knows the time. Each fault strikes at its own
// time, however late somebody looks.
func (e *Emulator) strikeUntil(now time.Time) {
	if !reached(e.alarm, now) {
		return
	}
	for reached(e.alarm, now) {
		e.wakeFault(e.nextToWake())
		e.setAlarm()
	}
	e.nudge()
}

// wakeFault lets a fault strike, or begin to count commands.
func (e *Emulator) wakeFault(i int) {
	p := &e.faults[i]
	if p.WaitsForCommand() {
		p.asleep = false
		return
	}
	f, at := p.Fault, p.due
	if p.struck(at); p.over() {
		e.faults = slices.Delete(e.faults, i, i+1)
	}
	e.settleAt(at)
	e.strike(e.fw, f, 0, at)
}

// settleAt lets happen to a running firmware what should have happened by a time.
func (e *Emulator) settleAt(at time.Time) {
	if e.fw != nil {
		e.fw.now = at
		e.fw.ready.settle(at)
		e.fw.radio.settle(e.fw)
	}
}
