package wifinina

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A faultyBus is the bus of an emulator that goes wrong where a test says so.
// The hooks belong to whoever has the bus; nil is no fault.
type faultyBus struct {
	*emulator.Emulator
	onWait   func(level bus.Ready) error
	onSelect func() error
	onTx     func(w, r []byte) (done bool, err error) // done: the emulator does not see it
	onReply  func(cmd wire.Command, at int, r []byte) // may change what was read, which begins at offset at
	onEnd    func() error
	requests map[wire.Command]int // how many were sent
	pieces   []int                // transfers per window

	cmd wire.Command
	at  int
}

func (b *faultyBus) WaitReady(level bus.Ready, timeout time.Duration) (time.Duration, error) {
	if b.onWait != nil {
		if err := b.onWait(level); err != nil {
			return timeout, err
		}
	}
	return b.Emulator.WaitReady(level, timeout)
}

func (b *faultyBus) Select() error {
	b.at = 0
	b.pieces = append(b.pieces, 0)
	if b.onSelect != nil {
		if err := b.onSelect(); err != nil {
			return err
		}
	}
	return b.Emulator.Select()
}

func (b *faultyBus) Deselect() (time.Time, error) {
	at, err := b.Emulator.Deselect()
	if b.onEnd != nil && err == nil {
		err = b.onEnd()
	}
	return at, err
}

func (b *faultyBus) Tx(w, r []byte) error {
	b.pieces[len(b.pieces)-1]++
	if w != nil {
		b.cmd = wire.Command(w[1])
		b.requests[b.cmd]++
	}
	if b.onTx != nil {
		if done, err := b.onTx(w, r); done || err != nil {
			return err
		}
	}
	err := b.Emulator.Tx(w, r)
	if b.onReply != nil && r != nil {
		b.onReply(b.cmd, b.at, r)
	}
	b.at += len(r)
	return err
}

// heal takes all faults away.
func (b *faultyBus) heal() {
	b.onWait, b.onSelect, b.onTx, b.onReply, b.onEnd = nil, nil, nil, nil, nil
}

// forge makes the replies to a command what the test says.
func (b *faultyBus) forge(cmd wire.Command, frame ...byte) {
	b.onReply = func(c wire.Command, at int, r []byte) {
		if c == cmd {
			clear(r)
			copy(r, frame[min(at, len(frame)):])
		}
	}
}

// faultyDevice returns a device that has joined, and its bus.
func faultyDevice(t *testing.T, cfg emulator.Config) (*Device, *faultyBus) {
	t.Helper()
	b := &faultyBus{Emulator: emulator.New(cfg), requests: map[wire.Command]int{}}
	t.Cleanup(func() { assert.NoError(t, b.Close()) })
	d := New(&Config{Bus: b, BootTime: 5 * time.Millisecond, ReplyTimeout: 200 * time.Millisecond, SlowTimeout: 5 * time.Second, Sockets: SlotEngine})
	require.NoError(t, d.NetConnect(&home))
	return d, b
}
