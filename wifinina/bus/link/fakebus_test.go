package link_test

import (
	"fmt"
	"io"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A scriptedBus writes down what is done to it and answers from its fields.
type scriptedBus struct {
	did       []string
	ready     bus.Ready // the level of READY
	changes   bool      // READY changes within every wait
	attention bool
	err       error  // of everything
	armed     []byte // MISO; none: FF
}

func (b *scriptedBus) do(format string, args ...any) error {
	b.did = append(b.did, fmt.Sprintf(format, args...))
	return b.err
}

func (b *scriptedBus) Select() error                { return b.do("select") }
func (b *scriptedBus) Deselect() (time.Time, error) { return time.Time{}, b.do("deselect") }
func (b *scriptedBus) Reset(asserted bool) error    { return b.do("reset %t", asserted) }
func (b *scriptedBus) DriveGPIO0(d bus.Drive) error { return b.do("drive %d", d) }
func (b *scriptedBus) Attention() (bool, error)     { return b.attention, b.do("attention") }
func (b *scriptedBus) Tx(w, r []byte) error {
	for i := range r {
		r[i] = 0xFF
	}
	b.armed = b.armed[copy(r, b.armed):]
	return b.do("tx %x", w)
}

func (b *scriptedBus) WaitReady(level bus.Ready, timeout time.Duration) (time.Duration, error) {
	err := b.do("wait %d %s", level, timeout)
	if b.changes && timeout > 0 {
		b.ready = level
	}
	if err == nil && b.ready != level {
		err = bus.ErrReadyTimeout
	}
	return 0, err
}

// A stream is what a host sends, piece by piece, and what it is answered. Order
// has reads as "<" and writes as their bytes.
type stream struct {
	in    [][]byte
	out   []byte
	order []string
}

func pieces(in ...string) *stream {
	s := &stream{}
	for _, p := range in {
		s.in = append(s.in, []byte(p))
	}
	return s
}

func (s *stream) Read(p []byte) (int, error) {
	if len(s.in) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.in[0])
	if s.in[0] = s.in[0][n:]; len(s.in[0]) == 0 {
		s.in = s.in[1:]
	}
	s.order = append(s.order, "<")
	return n, nil
}

func (s *stream) Write(p []byte) (int, error) {
	s.out = append(s.out, p...)
	s.order = append(s.order, string(p))
	return len(p), nil
}
