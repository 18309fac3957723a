package probe

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// inBubble runs a probe in virtual time, on a module in a network of its own.
func inBubble(t *testing.T, cfg emulator.Config, prepare func(e *emulator.Emulator, c *Config)) (results map[string]Result) {
	synctest.Test(t, func(t *testing.T) {
		cfg.Network = emulator.NewMemory(emulator.MemoryConfig{}).Node(netip.AddrFrom4([4]byte{10, 0, 0, 1}))
		e := emulator.New(cfg)
		defer e.Close()
		c := Config{Bus: e}
		prepare(e, &c)
		results = run(t, c)
		time.Sleep(time.Minute) // what the driver does by itself ends
	})
	return results
}

// failures returns the names and details of what failed, in one string.
func failures(results map[string]Result) string {
	var list []string
	for _, name := range Names() {
		if r, ok := results[name]; ok && r.Verdict == Fail {
			list = append(list, name+": "+r.Detail)
		}
	}
	return strings.Join(list, "\n")
}

func TestGlitchOfBootIsSeenAndNoFailure(t *testing.T) {
	cfg := emulator.Config{BootTime: emulator.RealBootTime, BootGlitch: 27 * time.Microsecond}
	results := inBubble(t, cfg, func(*emulator.Emulator, *Config) {})
	assert.Equal(t, "READY after 360ms; before that it was low by mistake, once", results["boot"].Detail)
	assert.Empty(t, failures(results))
}

func TestSilenceFailsOnce(t *testing.T) {
	results := inBubble(t, emulator.Config{BootTime: time.Hour}, func(*emulator.Emulator, *Config) {})
	assert.Equal(t, "boot: READY did not fall and stay low within 10s of the reset: no firmware, no power, or not wired"+
		" (the checks that follow are not made)", failures(results))
	assert.NotContains(t, results, "firmware")
}

// A firmware that dies is reset, and the check it died of has failed.
func TestCrashFailsOneCheck(t *testing.T) {
	results := inBubble(t, emulator.Config{}, func(e *emulator.Emulator, _ *Config) {
		e.Inject(emulator.Fault{Kind: emulator.Crash, Command: wire.GetMACAddr})
	})
	assert.Contains(t, failures(results), "MAC address: GetHardwareAddr: GET_MACADDR: READY did not change in time\nfaults: ")
	assert.Equal(t, 2, count(results, Fail))
	assert.Len(t, results, len(Names()))
}

// A network that went with a reset is not asked for again.
func TestCrashLosesTheNetwork(t *testing.T) {
	results := inBubble(t, emulator.Config{}, func(e *emulator.Emulator, c *Config) {
		c.SSID, c.Passphrase, c.Host = "ninatrace", "ninatrace", "peer.test"
		e.Inject(emulator.Fault{Kind: emulator.Crash, Command: wire.GetIPAddr, Nth: 1})
	})
	assert.Equal(t, OK, results["join"].Verdict)
	assert.Equal(t, Fail, results["address"].Verdict)
	assert.Equal(t, Skip, results["DNS"].Verdict)
}

// A damaged reply fails its check and no other, and what the driver had to mend
// is told.
func TestDamagedReplyFailsOneCheck(t *testing.T) {
	results := inBubble(t, emulator.Config{}, func(e *emulator.Emulator, _ *Config) {
		e.Inject(emulator.Fault{Kind: emulator.FlipBit, Command: wire.GetTemperature, N: 8})
	})
	assert.Equal(t, "temperature: Exchange: GET_TEMPERATURE: not the command asked for\nfaults: the driver got back in step once", failures(results))
}

func TestWrongAnswersFail(t *testing.T) {
	for name, c := range map[string]struct {
		fault emulator.Fault
		want  string
	}{
		"an error frame for what there is": {emulator.Fault{Kind: emulator.ErrorReply, Command: wire.GetConnStatus}, "status: "},
		"another command's reply":          {emulator.Fault{Kind: emulator.WrongEcho, Command: wire.GetSocket, N: 0x40}, "socket slots: "},
		"a reply that ends early":          {emulator.Fault{Kind: emulator.Truncate, Command: noCommand, N: 1}, "unknown command: "},
	} {
		t.Run(name, func(t *testing.T) {
			results := inBubble(t, emulator.Config{}, func(e *emulator.Emulator, _ *Config) { e.Inject(c.fault) })
			assert.True(t, strings.HasPrefix(failures(results), c.want), failures(results))
		})
	}
}

func TestWrongPassphraseIsToldAndNotShown(t *testing.T) {
	results := inBubble(t, emulator.Config{}, func(_ *emulator.Emulator, c *Config) { c.SSID, c.Passphrase = "ninatrace", "open sesame" })
	assert.Equal(t, "join: NetConnect: GET_REASON_CODE: the access point rejected the passphrase", failures(results))
	for _, r := range results {
		assert.NotContains(t, r.Detail, "sesame")
	}
}

// A cut is a Bus whose link fails after some selects.
type cut struct {
	bus.Bus
	left int
	ends func()
}

func (c *cut) Select() error {
	if c.left--; c.left < 0 {
		c.ends()
		return bus.ErrLink
	}
	return c.Bus.Select()
}

func (c *cut) Deselect() (time.Time, error) {
	if c.left < 0 {
		return time.Now(), bus.ErrLink
	}
	return c.Bus.Deselect()
}

func TestDeadLinkFailsOnce(t *testing.T) {
	results := inBubble(t, emulator.Config{}, func(e *emulator.Emulator, c *Config) { c.Bus = &cut{e, 9, func() {}} })
	assert.Equal(t, 1, count(results, Fail))
	assert.Contains(t, failures(results), "the link to the coprocessor failed (the checks that follow are not made)")
}

func TestInterruptEndsAProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := emulator.New(emulator.Config{})
		defer e.Close()
		ctx, interrupt := context.WithCancel(t.Context())
		var last string
		err := Run(ctx, Config{Bus: &cut{e, 9, interrupt}}, func(r Result) error {
			last = r.Check
			assert.NotEqual(t, Fail, r.Verdict, "what an interrupt breaks is no finding")
			return nil
		})
		assert.ErrorIs(t, err, context.Canceled)
		assert.NotEmpty(t, last)
	})
}
