package probe

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func TestModulesThatCannotBeFail(t *testing.T) {
	nameless := emulator.Arduino200()
	nameless.Version = "nina"
	for name, c := range map[string]struct {
		cfg  emulator.Config
		want string
	}{
		"a version of no digits":     {emulator.Config{Profile: nameless}, "firmware: its version is not a version number (the checks that follow are not made)"},
		"the address of a multicast": {emulator.Config{MAC: [6]byte{1, 0, 0x5E, 0, 0, 1}}, "MAC address: 01:00:5e:00:00:01 is the address of a group, not of a module"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, failures(inBubble(t, c.cfg, func(*emulator.Emulator, *Config) {})))
		})
	}
}

// Without slots there is no naming one.
func TestAllSlotsTakenFails(t *testing.T) {
	results := inBubble(t, emulator.Config{}, func(e *emulator.Emulator, c *Config) {
		c.Bus = &answering{Bus: e, cmd: wire.GetSocket, with: wire.NoSlot}
	})
	assert.Equal(t, "socket slots: GET_SOCKET answers 255, though nothing is open and there are 10 slots", failures(results))
}

// An answering is a Bus on which the replies to a command have another value of
// one byte.
type answering struct {
	bus.Bus
	cmd  wire.Command
	with byte
}

func (a *answering) Tx(w, r []byte) error {
	err := a.Bus.Tx(w, r)
	if len(r) > 4 && r[0] == wire.StartByte && r[1] == byte(a.cmd)|wire.ReplyBit {
		r[4] = a.with
	}
	return err
}

// A wiring is a Bus of a board on which lines do as they like.
type wiring struct {
	bus.Bus
	inReset bool
}

func (w *wiring) Reset(asserted bool) error {
	w.inReset = asserted
	return w.Bus.Reset(asserted)
}

// WaitReady finds READY low in reset: nothing drives it.
func (w *wiring) WaitReady(level bus.Ready, timeout time.Duration) (time.Duration, error) {
	if w.inReset && level == bus.Armed {
		return 0, nil
	}
	return w.Bus.WaitReady(level, timeout)
}

// Attention is what a board without the line has.
func (w *wiring) Attention() (bool, error) { return true, nil }

func TestBoardsMayDoWithoutLines(t *testing.T) {
	results := inBubble(t, emulator.Config{}, func(e *emulator.Emulator, c *Config) { c.Bus = &wiring{Bus: e} })
	assert.Empty(t, failures(results))
	assert.Equal(t, "READY is low already during the reset, so nobody can tell how long the boot takes", results["boot"].Detail)
	assert.Equal(t, Result{Check: "GPIO0", Verdict: Skip, Detail: "always high: the line is not wired, and the driver polls"},
		Result{Check: "GPIO0", Verdict: results["GPIO0"].Verdict, Detail: results["GPIO0"].Detail})
}

// A gateway that does not answer, and a clock that nobody has set, are no fault
// of the coprocessor.
func TestSilenceOfTheNetworkIsNoFailure(t *testing.T) {
	results := inBubble(t, emulator.Config{}, func(_ *emulator.Emulator, c *Config) { c.SSID, c.Passphrase = "ninatrace", "ninatrace" })
	assert.Empty(t, failures(results))
	assert.Equal(t, "the gateway, 192.168.1.1, does not answer", results["ping"].Detail)
	assert.Equal(t, Skip, results["ping"].Verdict)
}
