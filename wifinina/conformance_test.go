package wifinina_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev/netdevtest"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// up returns a device that has joined, on an emulator of its own.
func up(t *testing.T, drv wifinina.Config, emu emulator.Config) *wifinina.Device {
	t.Helper()
	e := emulator.New(emu)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	drv.Bus, drv.BootTime = e, 5*time.Millisecond
	d := wifinina.New(&drv)
	require.NoError(t, d.NetConnect(&netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "ninatrace"}))
	return d
}

// silent is an address that leaves connections waiting, in quietNetwork.
var silent = netip.MustParseAddrPort("192.0.2.1:80")

// quietNetwork is the network of the host and an address that does not answer.
// The firmware does nothing else while it connects, so it must give up soon.
type quietNetwork struct{ emulator.Host }

func (n quietNetwork) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	if to != silent {
		return n.Host.Dial(ctx, to)
	}
	select {
	case <-ctx.Done():
	case <-time.After(200 * time.Millisecond):
	}
	return nil, errors.New("no answer")
}

// only is firmware nobody has, with some quirks and otherwise as one would
// expect: the driver must not rely on the others.
func only(quirks ...emulator.Quirk) emulator.Profile {
	p := emulator.Arduino200()
	p.Quirks = emulator.Quirks{}.With(quirks...)
	return p
}

// TestTheDriverIsANetdever puts the driver, as each line configures it and the
// firmware, to the test. Adafruit's 1.7.7 is not among them: it closes a
// connection whose send buffer is full, and does not notice the end of a stream
// that follows no data (reference §4.2, §4.3), which no driver can make good.
func TestTheDriverIsANetdever(t *testing.T) {
	for _, c := range []struct {
		name string
		drv  wifinina.Config
		emu  emulator.Config
		open int  // connections it can have at once; zero: ten
		mute bool // older firmware reports a connection by its unread data
	}{
		{"Arduino 2.0.0", wifinina.Config{}, emulator.Config{Profile: emulator.Arduino200()}, 0, false},
		{"Arduino 2.0.0 by slots", wifinina.Config{Sockets: wifinina.SlotEngine}, emulator.Config{Profile: emulator.Arduino200()}, 0, false},
		{"Arduino 1.5.0", wifinina.Config{}, emulator.Config{Profile: emulator.Arduino150()}, 0, false},
		{"Arduino 1.4.8", wifinina.Config{}, emulator.Config{Profile: emulator.Arduino148()}, 0, true},
		{"Adafruit 3.3.0", wifinina.Config{}, emulator.Config{Profile: emulator.Adafruit330()}, wire.MaxSlotsIDF5, false},
		{"no quirks", wifinina.Config{}, emulator.Config{Profile: only()}, 0, false},
		{"no quirks by slots but waits", wifinina.Config{Sockets: wifinina.SlotEngine},
			emulator.Config{Profile: only(emulator.BlockingConnect, emulator.ShortSends)}, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // they mostly wait
			netdevtest.TestNetdever(t, func(t *testing.T) netdevtest.Setup {
				c.emu.Network = quietNetwork{}
				return netdevtest.Setup{Device: up(t, c.drv, c.emu), Silent: silent, Open: c.open, Mute: c.mute}
			})
		})
	}
}
