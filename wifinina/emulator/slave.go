package emulator

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// bufferSize is how many bytes one transaction can carry.
const bufferSize = wire.MaxFrame

// A window says what the next select is for.
type window uint8

const (
	commandWindow window = iota // a select writes a command
	workWindow                  // a command is at work; nothing is armed
	replyWindow                 // a select reads the reply
)

// A slave is the SPI peripheral of the chip and its two buffers. It alternates
// between command and reply for ever: a host that skips or adds a window is
// out of step until it resets the chip, or ends an armed reply with a select
// without clocks (reference §2.5).
type slave struct {
	ready   readyLine
	window  window
	taken   bool // the select in progress found a transaction armed
	clocked int  // bytes clocked in it
	in      [bufferSize]byte
	filled  int // bytes of in that may differ from zero
	outBuf  [bufferSize]byte
	out     []byte // the armed reply, padded to whole words
}

// Select implements [bus.Bus].
func (e *Emulator) Select() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return bus.ErrClosed
	}
	e.catchUp()
	if e.fw != nil && !e.selected {
		if !e.fw.ready.due.IsZero() {
			e.fw.ready.settle(e.clock.Now())
		}
		if e.fw.ailing.edges > 0 {
			e.fw.edge()
		}
		e.fw.selectFalls()
	}
	e.selected = true
	return nil
}

// Deselect implements [bus.Bus]. Commands that need no network are executed
// before it returns.
func (e *Emulator) Deselect() (time.Time, error) {
	now := e.clock.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return now, bus.ErrClosed
	}
	e.strikeUntil(now)
	e.selected = false
	if e.fw != nil {
		if e.fw.ailing.edges > 0 {
			e.fw.edge()
		}
		e.fw.selectRises(now)
	}
	return now, nil
}

// Tx implements [bus.Bus]. Bytes that meet no armed transaction are lost and
// read as the idle level. With an SPI clock it takes as long as that takes.
func (e *Emulator) Tx(w, r []byte) error {
	err := e.transfer(w, r)
	if err == nil && e.cfg.Pacing.SPIClock > 0 {
		e.shift(max(len(w), len(r)))
	}
	return err
}

func (e *Emulator) transfer(w, r []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return bus.ErrClosed
	}
	e.catchUp()
	n := 0
	if e.fw != nil && e.fw.taken {
		e.fw.dropReply(w)
		n = e.fw.transfer(w, r)
	}
	for i := n; i < len(r); i++ {
		r[i] = e.cfg.IdleMISO
	}
	return nil
}

// selectFalls takes the armed transaction, if there is one, and raises READY.
func (f *firmware) selectFalls() {
	f.taken = f.ready.level == bus.Armed
	f.clocked = 0
	if !f.taken {
		return
	}
	if ack := f.e.cfg.Pacing.Ack; ack > 0 {
		f.ready.schedule(bus.Busy, f.e.clock.Now().Add(ack))
		return
	}
	f.ready.set(bus.Busy)
}

// dropReply lets go of an armed reply when a command comes instead of a read of
// it, which firmware with LostParity does not notice.
func (f *firmware) dropReply(w []byte) {
	if f.window == replyWindow && !f.quirk(LostParity) && f.clocked == 0 && len(w) > 0 && w[0] == wire.StartByte {
		f.window = commandWindow
	}
}

// transfer clocks w in or the reply out, and returns how many bytes of r it
// has set. A host that only reads sends FF. Commands longer than the buffer
// lose their end.
func (s *slave) transfer(w, r []byte) int {
	at := s.clocked
	s.clocked += max(len(w), len(r))
	if s.window == commandWindow {
		if at < bufferSize {
			n := at + copy(s.in[at:], w)
			for end := min(s.clocked, bufferSize); n < end; n++ {
				s.in[n] = 0xFF
			}
		}
		return 0
	}
	if at >= len(s.out) {
		return 0
	}
	return copy(r, s.out[at:])
}

// selectRises ends the transaction: a command is executed, a reply is gone and
// the next command is armed. A select without clocks has no command in it.
func (f *firmware) selectRises(now time.Time) {
	if !f.taken {
		return
	}
	f.taken = false
	if !f.ready.due.IsZero() {
		f.ready.set(bus.Busy) // the host has not waited for it
	}
	if f.window == commandWindow && f.clocked > 0 {
		f.trim()
		f.execute(now)
		return
	}
	if f.clocked > 0 || f.quirk(ZeroClockSelect) {
		f.window = commandWindow
	}
	f.arm(now, f.e.cfg.Pacing.Turnaround)
}

// trim zeroes what the last command left behind this one. The DMA of the
// slave stores whole words: 1 to 3 bytes at the end never reach the buffer
// (nina-observed "Padding").
func (f *firmware) trim() {
	clocked := min(f.clocked, bufferSize)
	stored := clocked
	if f.quirk(LostTail) {
		stored &^= 3
	}
	clear(f.in[stored:max(clocked, f.filled)])
	f.filled = stored
}

// arm makes the transaction of the current window available after delay.
func (f *firmware) arm(now time.Time, delay time.Duration) {
	if delay <= 0 {
		f.ready.set(bus.Armed)
		return
	}
	f.ready.schedule(bus.Armed, now.Add(delay))
}
