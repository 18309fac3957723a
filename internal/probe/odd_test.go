package probe

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func TestAnswersThatCannotBeFail(t *testing.T) {
	for name, c := range map[string]struct {
		cmd  wire.Command
		with byte
		want string
	}{
		"a version of no digits":         {wire.GetFWVersion, 'x', "firmware: its version is not a version number (the checks that follow are not made)"},
		"no slot though nothing is open": {wire.GetSocket, wire.NoSlot, "socket slots: GET_SOCKET answers 255, though nothing is open and there are 10 slots"},
		"a slot that is given out twice": {wire.GetSocket, 0, "socket slots: slot 0 is given out though it is in use"},
		"a descriptor closed twice":      {wire.SocketClose, 1, "BSD sockets: descriptor 54 can be closed twice"},
		"an errno of something else":     {wire.SocketErrno, byte(wire.ENOMEM), "BSD sockets: errno of a closed descriptor is ENOMEM instead of EBADF"},
		"a socket that does not open":    {wire.StartServerTCP, 0, "socket slots: UDP cannot be opened on slot 0"},
	} {
		t.Run(name, func(t *testing.T) {
			results := inBubble(t, emulator.Config{}, func(e *emulator.Emulator, cfg *Config) {
				cfg.Bus = &answering{Bus: e, cmd: c.cmd, with: c.with}
			})
			first, _, _ := strings.Cut(failures(results), "\n")
			assert.Equal(t, c.want, first)
		})
	}
}

func TestAddressOfAGroupFails(t *testing.T) {
	results := inBubble(t, emulator.Config{MAC: [6]byte{1, 0, 0x5E, 0, 0, 1}}, func(*emulator.Emulator, *Config) {})
	assert.Equal(t, "MAC address: 01:00:5e:00:00:01 is the address of a group, not of a module", failures(results))
}

// An answering is a Bus on which the replies to a command have another first
// byte in their first value.
type answering struct {
	bus.Bus
	cmd  wire.Command
	with byte
	read int  // bytes in this select
	hit  bool // it reads a reply to cmd
}

func (a *answering) Select() error {
	a.read, a.hit = 0, false
	return a.Bus.Select()
}

func (a *answering) Tx(w, r []byte) error {
	const first = 4
	err := a.Bus.Tx(w, r)
	if a.read == 0 && len(r) > 1 {
		a.hit = r[0] == wire.StartByte && r[1] == byte(a.cmd)|wire.ReplyBit
	}
	if at := first - a.read; a.hit && at >= 0 && at < len(r) {
		r[at] = a.with
	}
	a.read += len(r)
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
