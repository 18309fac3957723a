package wifinina

import (
	"math"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
)

// Polling: the firmware announces next to nothing, so a call that waits asks
// again. It begins with short pauses, which double up to a limit that all the
// waiting calls share: together they cost no more than one exchange every
// idlePeriod.
const (
	pollMin    = time.Millisecond
	idlePeriod = 26 * time.Millisecond
)

// asksEvery is how many attempts on a connection there are to one that asks for
// its state too, once the call has waited for a while.
const asksEvery = 4

// looksEvery is how many pauses there are to one look at the network: a listener
// or a UDP socket does not show that it is gone. By GPIO0 there are no looks:
// the watchdog of NetConnect is for that.
const looksEvery = 64

// wakePeriod is how long a call sleeps at a stretch. It bounds how late it
// notices that its descriptor was closed, and that GPIO0 has risen.
const wakePeriod = 8 * time.Millisecond

// GPIO0 is low when no slot has anything to read or accept, with a lag of a
// tick of the firmware, 10 ms (nina-observed "Handshake"). So a call of the
// slot engine goes by the line only after it has polled for a while. The end of
// a stream does not raise the line: the state of a connection is still asked
// for, less and less often.
const (
	lineAfter = 16 * time.Millisecond
	beatMax   = time.Minute
)

// pause waits until it is time to ask again. It fails with ErrTimeout when the
// deadline had passed at the end of the last exchange, and as soon as the
// descriptor is closed.
func (o *op) pause() error {
	if o.idle == 0 {
		o.d.wait(1)
	}
	o.pauses++
	poll := o.d.idleLimit()
	most := poll
	byLine := o.idle >= lineAfter && o.line && !o.bsd
	if byLine {
		most = beatMax
	}
	o.idle = min(max(2*o.idle, pollMin), most)
	end := o.idle
	if byLine && !o.stream {
		end = math.MaxInt64 // the line tells all
	}
	if err := o.late(); err != nil {
		return err
	}
	if !o.quiet && o.pauses%looksEvery == 0 {
		look := *o
		_, _ = look.networkUp() // what it finds wakes the call
	}
	if !o.deadline.IsZero() {
		end = min(end, o.deadline.Sub(o.now))
	}
	return o.sleep(end, min(poll, end), byLine)
}

// late fails with ErrTimeout when the deadline had passed at the end of the last
// exchange.
func (o *op) late() error {
	if !o.deadline.IsZero() && !o.now.Before(o.deadline) {
		return netdev.ErrTimeout
	}
	return nil
}

// sleep sleeps until end. By the line it does so only as long as that is low:
// it ends when the line rises, and after poll when it is high for somebody
// else.
func (o *op) sleep(end, poll time.Duration, byLine bool) error {
	low := false
	o.quiet = false
	for slept := time.Duration(0); slept < end; {
		slice := min(wakePeriod, end-slept)
		o.d.clock.Sleep(slice)
		slept += slice
		if !byLine {
			if err := o.current(); err != nil {
				return err
			}
			continue
		}
		high, err := o.attention()
		if err != nil || high && (low || slept >= poll) {
			return err
		}
		low = !high
	}
	o.quiet = low
	return nil
}

// asks reports whether this attempt asks for the state of a connection that
// gives or takes nothing.
func (o *op) asks() bool { return o.idle < lineAfter || o.quiet || o.pauses%asksEvery == 0 }

// attention reads GPIO0 in a turn of its own.
func (o *op) attention() (bool, error) {
	if err := o.acquire(); err != nil {
		return false, err
	}
	defer o.release()
	return o.d.bus.Attention()
}

// stir makes the next pause a short one: there was something.
func (o *op) stir() {
	if o.idle != 0 {
		o.d.wait(-1)
		o.idle, o.pauses = 0, 0
	}
}

// wait counts the calls that wait.
func (d *Device) wait(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting += uint16(n)
}

// idleLimit returns the longest pause between two polls.
func (d *Device) idleLimit() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Duration(d.waiting) * idlePeriod
}
