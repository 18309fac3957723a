//go:build !tinygo

package link

import (
	"encoding/binary"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// waitSlice is the longest that the other end is asked to wait for READY in one
// go. An end that has lost its host looks for it again after that.
const waitSlice = 200 * time.Millisecond

// Select implements [bus.Bus]. It is sent with the operation that follows.
func (c *Client) Select() error { return c.command(opSelect) }

// Deselect implements [bus.Bus]. The time is that at which it was sent.
func (c *Client) Deselect() (time.Time, error) {
	err := c.command(opDeselect)
	if err == nil {
		err = c.send()
	}
	return time.Now(), err
}

// Reset implements [bus.Bus].
func (c *Client) Reset(asserted bool) error {
	op := byte(opBoot)
	if asserted {
		op = opReset
	}
	if err := c.command(op); err != nil {
		return err
	}
	return c.send()
}

// DriveGPIO0 implements [bus.Bus].
func (c *Client) DriveGPIO0(d bus.Drive) error {
	v := byte(driveNot)
	switch d {
	case bus.Low:
		v = driveLow
	case bus.High:
		v = driveHigh
	}
	if err := c.command(opDrive, v); err != nil {
		return err
	}
	return c.send()
}

// Attention implements [bus.Bus].
func (c *Client) Attention() (bool, error) {
	if err := c.reserve(1); err != nil {
		return false, err
	}
	c.out = append(c.out, opAttention)
	if err := c.settle(); err != nil {
		return false, err
	}
	level, err := c.takeLevel(0)
	return level == 1, err
}

// WaitReady implements [bus.Bus]. The time it takes is measured here, so it has
// the way there and back in it; zero when the other end's first look found the
// level. The timeout is overrun by as much.
func (c *Client) WaitReady(level bus.Ready, timeout time.Duration) (time.Duration, error) {
	start := time.Now()
	first := true
	for left := timeout; ; {
		seen, err := c.watch(level, min(left, waitSlice), first)
		waited := time.Since(start)
		switch {
		case err != nil:
			return waited, err
		case seen.atOnce:
			return 0, nil
		case seen.level == level:
			return waited, nil
		case waited >= timeout:
			return waited, bus.ErrReadyTimeout
		}
		left, first = timeout-waited, false
	}
}

// A sight is what the other end saw of READY.
type sight struct {
	atOnce bool // it had the level before the wait
	level  bus.Ready
}

// watch asks for the level of READY, if look is set, and to wait for one, if
// there is time, in one round trip.
func (c *Client) watch(level bus.Ready, wait time.Duration, look bool) (s sight, err error) {
	const lookSize, waitSize = 1, 6
	if err := c.reserve(lookSize + waitSize); err != nil {
		return s, err
	}
	if look {
		c.out = append(c.out, opReady)
	}
	if wait > 0 {
		us := (wait + time.Microsecond - 1) / time.Microsecond
		c.out = binary.BigEndian.AppendUint32(append(c.out, opWait, byte(level)), uint32(us))
	}
	if err := c.settle(); err != nil {
		return s, err
	}
	var b byte
	if look {
		if b, err = c.takeLevel(0); err != nil {
			return s, err
		}
		s = sight{bus.Ready(b) == level, bus.Ready(b)}
	}
	if wait > 0 {
		b, err = c.takeLevel(wait)
		s.level = bus.Ready(b)
	}
	return s, err
}

// Tx implements [bus.Bus]. Bytes that nobody wants back are not waited for.
func (c *Client) Tx(w, r []byte) error {
	for left := max(len(w), len(r)); left > 0; {
		n := min(left, c.window-transferHead)
		if err := c.transfer(head(w, n), n, r == nil); err != nil {
			return err
		}
		if r != nil {
			if err := c.settle(); err != nil {
				return err
			}
			if err := c.take(r[:n], n, 0); err != nil {
				return err
			}
			r = r[n:]
		}
		if w != nil {
			w = w[n:]
		}
		left -= n
	}
	return nil
}

// head returns the first n bytes of p; nil of nil.
func head(p []byte, n int) []byte {
	if p == nil {
		return nil
	}
	return p[:n]
}

// transferHead is what stands before the bytes of a transfer.
const transferHead = 3

// transfer queues one of n bytes, FF if there are none. lost says that nobody
// wants the answer.
func (c *Client) transfer(w []byte, n int, lost bool) error {
	if err := c.reserve(transferHead + n); err != nil {
		return err
	}
	c.out = binary.BigEndian.AppendUint16(append(c.out, opTransfer), uint16(n))
	if w == nil {
		for range n {
			c.out = append(c.out, 0xFF)
		}
	} else {
		c.out = append(c.out, w...)
	}
	if lost {
		c.owed = append(c.owed, answer(n))
	}
	return nil
}
