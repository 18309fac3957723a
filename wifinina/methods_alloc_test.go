package wifinina

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A cannedBus answers every command with the same frame and allocates nothing,
// which the emulator cannot promise.
type cannedBus struct {
	replies [128][]byte
	cmd     byte
	at      int
}

func (b *cannedBus) Select() error { b.at = 0; return nil }

func (b *cannedBus) Deselect() (time.Time, error) { return time.Time{}, nil }

func (b *cannedBus) WaitReady(bus.Ready, time.Duration) (time.Duration, error) { return 0, nil }

func (b *cannedBus) Reset(bool) error { return nil }

func (b *cannedBus) DriveGPIO0(bus.Drive) error { return nil }

func (b *cannedBus) Attention() (bool, error) { return true, nil }

func (b *cannedBus) Tx(w, r []byte) error {
	if w != nil {
		b.cmd = w[1]
	}
	clear(r)
	copy(r, b.replies[b.cmd][min(b.at, len(b.replies[b.cmd])):])
	b.at += len(r)
	return nil
}

// can puts a reply on the bus.
func (b *cannedBus) can(f wire.Family, c wire.Command, vals ...wire.Value) {
	b.replies[c] = wire.AppendReply(nil, c, f, vals...)
}

// canned returns a device whose firmware has been identified, and whose bus
// says yes to everything.
func canned(version string) *Device {
	b := &cannedBus{}
	d := New(&Config{Bus: b})
	d.learn([]byte(version))
	d.life = started
	for c := range wire.Command(128) {
		b.can(d.fw.family, c, wire.Flag(true))
	}
	b.can(d.fw.family, wire.GetDNSConfig, wire.Uint(1), wire.Uint(2))
	b.can(d.fw.family, wire.GetIPAddr, wire.Uint(1), wire.Uint(2), wire.Uint(3))
	b.can(d.fw.family, wire.RenameFile, wire.Uint(0))
	b.can(d.fw.family, wire.ExistsFile, wire.Uint(wire.MaxFileRead))
	b.can(d.fw.family, wire.ReadFile, wire.Bytes(make([]byte, wire.MaxFileRead)))
	b.replies[wire.WriteFile] = []byte{0xE0, 0xE0, 0, 0}
	return d
}

func TestMethodsAllocateNothing(t *testing.T) {
	for _, version := range []string{"2.0.0", "3.3.0"} {
		d := canned(version)
		for _, m := range methods {
			switch m.name {
			case "Network", "Scan": // these return what the caller keeps
			case "AppendFile", "DeleteFile": // they end with an error here, which is allocated
				assert.LessOrEqual(t, testing.AllocsPerRun(50, func() { _ = m.call(d) }), 1.0, m.name)
			default:
				require.NoError(t, m.call(d), m.name)
				assert.Zero(t, testing.AllocsPerRun(50, func() { _ = m.call(d) }), m.name)
			}
		}
	}
}
