package probe

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// noCommand is a number that no released firmware has (nina-observed "Frame
// rules" 5).
const noCommand wire.Command = 0x31

// send sends a request as its bytes are, and returns the values of the reply,
// valid until the next. The error frame is [wifinina.ErrUnsupported].
func (p *prober) send(req []byte) (vals []wire.Value, err error) {
	err = p.dev.Exchange(req, p.buf[:], func(m wire.Message, v []wire.Value) error {
		if m.ErrorReply {
			return wifinina.ErrUnsupported
		}
		vals = slices.Clone(v)
		return nil
	})
	return vals, err
}

// ask sends a request whose reply has one value.
func (p *prober) ask(c wire.Command, vals ...wire.Value) (wire.Value, error) {
	family, _ := p.dev.Firmware()
	reply, err := p.send(wire.AppendRequestTo(nil, family, c, vals...))
	switch {
	case err != nil:
		return wire.Value{}, err
	case len(reply) != 1:
		return wire.Value{}, fmt.Errorf("%s: %d values in the reply instead of one", c, len(reply))
	}
	return reply[0], nil
}

// inStep asks twice for what never changes: request and reply belong together.
func (p *prober) inStep() error {
	before := p.dev.Stats().Resyncs
	version, err := p.ask(wire.GetFWVersion)
	if err != nil {
		return fmt.Errorf("out of step afterwards: %w", err)
	}
	was := bytes.Clone(version.Bytes())
	if version, err = p.ask(wire.GetFWVersion); err != nil || !bytes.Equal(was, version.Bytes()) {
		return errors.Join(errors.New("out of step afterwards"), err)
	}
	if p.dev.Stats().Resyncs != before {
		return errors.New("out of step afterwards: a select without clocks was needed")
	}
	return nil
}

// unknownCommand wants the error frame, and the next reply to be that of the
// next request.
func unknownCommand(p *prober) (string, error) {
	return p.refused([]byte{wire.StartByte, byte(noCommand), 0, wire.EndByte})
}

// longFrame sends as much as the firmware's buffer holds. A command nobody has
// is the only one that does nothing with it.
func longFrame(p *prober) (string, error) {
	req := bytes.Repeat([]byte{0xFF}, wire.MaxFrame)
	copy(req, []byte{wire.StartByte, byte(noCommand), 0, wire.EndByte})
	detail, err := p.refused(req)
	return fmt.Sprintf("%d bytes, %s", len(req), detail), err
}

// refused sends what the firmware does not know.
func (p *prober) refused(req []byte) (string, error) {
	_, err := p.send(req)
	switch {
	case err == nil:
		return "", fmt.Errorf("%s is answered, instead of refused by the error frame", noCommand)
	case !errors.Is(err, wifinina.ErrUnsupported):
		return "", err
	}
	return "answered by the error frame", p.inStep()
}

// unreadReply leaves a reply in the firmware, which then takes the next select
// for the one that reads it; a select without clocks ends that (reference
// §2.5).
func unreadReply(p *prober) (string, error) {
	if err := p.halfAsk(nil); err != nil {
		return "", err
	}
	return "in step again after a select without clocks", p.inStep()
}

// shortRead stops in the middle of a reply, as genuine hosts do.
func shortRead(p *prober) (string, error) {
	head := make([]byte, 5)
	if err := p.halfAsk(head); err != nil {
		return "", err
	}
	if want := []byte{wire.StartByte, byte(wire.GetFWVersion) | wire.ReplyBit, 1}; !bytes.HasPrefix(head, want) {
		return "", fmt.Errorf("the reply begins with % X instead of % X", head[:len(want)], want)
	}
	return fmt.Sprintf("in step after %d bytes of a reply", len(head)), p.inStep()
}

// halfAsk asks for the version and clocks no more of the reply than fits head.
func (p *prober) halfAsk(head []byte) error {
	return p.inTurn(func() error {
		if err := p.window(wire.AppendRequest(nil, wire.GetFWVersion), nil); err != nil {
			return err
		}
		return p.window(nil, head)
	})
}

// ackLimit bounds the time from a select to READY high, some 15 µs in the
// firmware.
const ackLimit = 100 * time.Millisecond

// window clocks bytes, or none, in one select on the bare bus.
func (p *prober) window(w, r []byte) error {
	if _, err := p.bus.WaitReady(bus.Armed, replyLimit); err != nil {
		return err
	}
	err := p.bus.Select()
	if err == nil {
		if _, err = p.bus.WaitReady(bus.Busy, ackLimit); err == nil {
			err = p.bus.Tx(w, r)
		}
	}
	_, up := p.bus.Deselect()
	return errors.Join(err, up)
}
