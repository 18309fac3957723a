package probe

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

var gateway = netip.AddrFrom4([4]byte{192, 168, 1, 1})

// newModule returns an emulated module that all checks can be made on.
func newModule(t *testing.T, cfg emulator.Config) *emulator.Emulator {
	cfg.Hosts = map[string]netip.Addr{"peer.test": loopback}
	cfg.Pings = map[netip.Addr]time.Duration{gateway: 20 * time.Millisecond}
	e := emulator.New(cfg)
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// server returns the port of a server on this machine.
func server(t *testing.T) uint16 {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l.Addr().(*net.TCPAddr).AddrPort().Port()
}

// everything returns a Config that skips nothing.
func everything(t *testing.T, b bus.Bus) Config {
	return Config{
		Bus: b, Ident: func() (string, error) { return "a module", nil },
		SSID: "ninatrace", Passphrase: "ninatrace", Host: "peer.test", Server: "peer.test", Port: server(t),
	}
}

// run returns the results by the names of the checks.
func run(t *testing.T, cfg Config) map[string]Result {
	out := map[string]Result{}
	require.NoError(t, Run(t.Context(), cfg, func(r Result) error {
		require.NotContains(t, out, r.Check)
		out[r.Check] = r
		t.Logf("%-4s  %-15s  %s", r.Verdict, r.Check, r.Detail)
		return nil
	}))
	return out
}

// count returns how many checks ended so.
func count(results map[string]Result, v Verdict) int {
	n := 0
	for _, r := range results {
		if r.Verdict == v {
			n++
		}
	}
	return n
}

func TestEveryFirmwarePasses(t *testing.T) {
	for _, profile := range emulator.Profiles() {
		t.Run(profile.Name(), func(t *testing.T) {
			t.Parallel()
			e := newModule(t, emulator.Config{Profile: profile, Pacing: emulator.Realistic8MHz(), AttentionTick: 10 * time.Millisecond})
			results := run(t, everything(t, e))
			assert.Len(t, results, len(Names()))
			assert.Zero(t, count(results, Fail))
			for name, r := range results {
				if r.Verdict == Skip {
					assert.Contains(t, []string{"BSD sockets", "temperature", "time"}, name, r.Detail)
				}
			}
			assert.Contains(t, results["firmware"].Detail, profile.Family.String()+" "+profile.Version)
			assert.Empty(t, e.Misuses(), "a probe kills nobody")
		})
	}
}
