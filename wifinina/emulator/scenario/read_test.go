package scenario

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const wholeFile = `# all there is
profile: adafruit-3.3.0
access points:
  - {ssid: home, passphrase: 12345678, channel: 11, rssi: -70, bssid: "24:0a:c4:10:20:99", security: wpa2}
  - ssid: no
    hidden: true
lease: {ip: 10.0.0.7, mask: 255.0.0.0, gateway: 10.0.0.1, dns: 10.0.0.2}
hosts:
  Peer.test: 192.168.1.99
pings: {192.168.1.99: 12ms}
pacing: {clock: 8MHz, ack: 15us, turnaround: 100us, service: 0s}
boot: 360ms
boot glitch: 27us
join: 0s
scan: 2s
attention tick: 10ms
network: {latency: 20ms, jitter: 5ms, loss: 0.01, window: 2000, seed: 9}
chaos: flip bit 0.001, seed 7
steps:
  - after 30s: READY high for 2s
  - every 1m, times 3: drop link
  - at SEND_DATA_TCP, nth 3: reset peers
  - crash
  - "after 1h: lose access point \"my home\""
`

func TestReadTakesAllThereIs(t *testing.T) {
	s, err := Read(strings.NewReader(wholeFile))
	require.NoError(t, err)
	home, hidden := emulator.DefaultAccessPoint(), emulator.DefaultAccessPoint()
	home.SSID, home.Passphrase, home.Channel, home.RSSI = "home", "12345678", 11, -70
	home.BSSID, home.Encryption = [6]byte{0x24, 0x0A, 0xC4, 0x10, 0x20, 0x99}, wire.EncryptionWPA2
	hidden.SSID, hidden.Passphrase, hidden.Hidden = "no", "", true
	hidden.BSSID[5]++
	addr := netip.MustParseAddr
	assert.Equal(t, &Scenario{
		Config: emulator.Config{
			Profile:      emulator.Adafruit330(),
			AccessPoints: []emulator.AccessPoint{home, hidden},
			Lease:        emulator.Lease{IP: addr("10.0.0.7"), Mask: addr("255.0.0.0"), Gateway: addr("10.0.0.1"), DNS: addr("10.0.0.2")},
			Hosts:        map[string]netip.Addr{"peer.test": peer},
			Pings:        map[netip.Addr]time.Duration{peer: 12 * time.Millisecond},
			Pacing:       emulator.Pacing{SPIClock: 8_000_000, Ack: 15 * time.Microsecond, Turnaround: 100 * time.Microsecond},
			BootTime:     360 * time.Millisecond, BootGlitch: 27 * time.Microsecond,
			JoinTime: -1, ScanTime: 2 * time.Second, AttentionTick: 10 * time.Millisecond,
		},
		Memory: &emulator.MemoryConfig{Latency: 20 * time.Millisecond, Jitter: 5 * time.Millisecond, Loss: 0.01, Window: 2000, Seed: 9},
		Chaos:  emulator.Chaos{Seed: 7, Rates: map[emulator.FaultKind]float64{emulator.FlipBit: 0.001}},
		Steps: []emulator.Fault{
			{Kind: emulator.ReadyHigh, After: 30 * time.Second, For: 2 * time.Second},
			{Kind: emulator.DropLink, Every: time.Minute, Times: 3},
			{Kind: emulator.ResetPeers, Command: wire.SendDataTCP, Nth: 3},
			{Kind: emulator.Crash},
			{Kind: emulator.LoseAP, SSID: "my home", After: time.Hour},
		},
	}, s)
}

func TestReadTakesLittle(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n", "network: host\npacing: none\n"} {
		s, err := Read(strings.NewReader(text))
		require.NoError(t, err, text)
		assert.Equal(t, &Scenario{}, s, text)
	}
	s, err := Read(strings.NewReader("{network: memory, pacing: 8MHz}"))
	require.NoError(t, err)
	assert.Equal(t, &emulator.MemoryConfig{}, s.Memory)
	assert.Equal(t, emulator.Realistic8MHz(), s.Config.Pacing)
}

// Whatever the order of the keys, quirks change the profile of the file.
func TestReadQuirks(t *testing.T) {
	want := emulator.Adafruit330()
	want.Quirks = want.Quirks.With(emulator.ReversedMAC).Without(emulator.WideTime, emulator.LostTail)
	s, err := Read(strings.NewReader("without: [wide-time, lost-tail]\nprofile: adafruit-3.3.0\nwith: [reversed-mac]"))
	require.NoError(t, err)
	assert.Equal(t, want, s.Config.Profile)
	s, err = Read(strings.NewReader("without: [lost-tail]"))
	require.NoError(t, err)
	assert.Equal(t, "arduino-2.0.0 without lost-tail", s.Config.Profile.String())
}

func TestReadSaysWhereAndWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"speed: 1":                                                 `line 1, column 1: "speed" is no key here; it can be profile, with, without, access points, lease`,
		"profile: esp32":                                           `line 1, column 10: "esp32" is no profile; it can be arduino-1.4.8, `,
		"\nprofile: arduino-2.0.0\nprofile: x":                     `line 3, column 1: "profile" stands there twice`,
		"without: [speed]":                                         `line 1, column 11: "speed" is no quirk; docs/quirks.md lists them`,
		"access points: home":                                      `line 1, column 16: a list belongs here`,
		"access points: [home]":                                    `line 1, column 17: lines such as "key: value" belong here`,
		"access points: [{channel: 3}]":                            `line 1, column 17: an access point without ssid`,
		"access points: [{ssid: x, channel: 0}]":                   `line 1, column 36: "0" is no channel from 1 to 14`,
		"access points: [{ssid: x, bssid: '1'}]":                   `"1" is no address such as`,
		"access points: [{ssid: x, security: 7}]":                  `"7" is no kind of security; it can be open, wep, wpa, wpa2, wpa3`,
		"access points: [{ssid: x, hidden: on}]":                   `"on" is no true or false`,
		"access points: [{ssid: [x]}]":                             `line 1, column 24: a plain value belongs here`,
		"access points: [{ssid: " + strings.Repeat("x", 33) + "}]": "is no name of a network",
		"lease: {ip: 1.2.3}":                                       `line 1, column 13: "1.2.3" is no IPv4 address`,
		"hosts: {a: b}":                                            `line 1, column 12: "b" is no IPv4 address`,
		"pings: {a: 1s}":                                           `line 1, column 9: "a" is no IPv4 address`,
		"pings: {1.2.3.4: 1}":                                      `line 1, column 18: "1" is no time`,
		"boot: 360":                                                `line 1, column 7: "360" is no time such as 30s, 5ms or 1h30m`,
		"pacing: 9MHz":                                             `"9MHz" is no pacing; it can be none, 8MHz, {clock`,
		"pacing: {clock: 8}":                                       `"8" is no clock such as 8MHz`,
		"network: moon":                                            `"moon" is no network; it can be host, memory`,
		"network: {loss: 2}":                                       `"2" is no share from 0 to 1`,
		"chaos: flip bit 7":                                        `line 1, column 17: "7" is no share`,
		"chaos: 'flip bit 7'":                                      `line 1, column 18: "7" is no share`,
		"chaos: {flip bit: 7}":                                     `line 1, column 8: a plain value belongs here`,
		"steps:\n  - after 5x: crash":                              `line 2, column 11: "5x" is no time`,
		"steps:\n  - after 5s: explode":                            `line 2, column 15: "explode" is no fault; it can be READY high, `,
		"steps:\n  - {after 5s: crash, at: x}":                     `line 2, column 5: a plain value belongs here`,
		"steps:\n  - after 5s: [crash]":                            `line 2, column 15: a plain value belongs here`,
		"steps: {a: b}":                                            `line 1, column 8: a list belongs here`,
		"a: b: c":                                                  `no YAML: mapping values are not allowed`,
		"\x00":                                                     `no YAML: control characters are not allowed`,
		"steps: []\n---\nsteps: []":                                `a second document`,
		"hello":                                                    `line 1, column 1: lines such as "key: value" belong here`,
		"steps: [" + strings.Repeat("crash,", 1001) + "]":          `line 1, column 8: a list of more than 1000`,
		strings.Repeat("#", 65537):                                 "a scenario of more than 65536 bytes",
	} {
		_, err := Read(strings.NewReader(text))
		var e *SyntaxError
		if assert.ErrorAs(t, err, &e, text) {
			assert.Contains(t, e.Error(), want, text)
		}
	}
	broken := errors.New("broken")
	_, err := Read(iotest.ErrReader(broken))
	assert.ErrorIs(t, err, broken)
}

// TestReadExpandsNoAliases: a few bytes of YAML could mean gigabytes.
func TestReadExpandsNoAliases(t *testing.T) {
	bomb := "a: &a [x]\n"
	for i := 'b'; i < 'z'; i++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*%c,", i-1), 9))
	}
	for _, text := range []string{bomb, "hosts: &h {a: 1.2.3.4}\npings: *h", "profile: &p arduino-2.0.0\nnetwork: *p", "hosts: {<<: {a: 1.2.3.4}}", "steps: &s [*s]", strings.Repeat("[", 60000), strings.Repeat("- ", 30000)} {
		start := time.Now()
		_, err := Read(strings.NewReader(text))
		var e *SyntaxError
		assert.ErrorAs(t, err, &e)
		assert.Less(t, time.Since(start), 5*time.Second)
	}
}

// FuzzRead: any file is read without panic, or refused with a SyntaxError.
func FuzzRead(f *testing.F) {
	f.Add(wholeFile)
	f.Add("a: &a [*a]")
	f.Add("steps: [\"after 1s: crash\", every 1m: drop link]")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Read(strings.NewReader(text))
		if err != nil {
			assert.IsType(t, (*SyntaxError)(nil), err)
			return
		}
		for _, step := range s.Steps {
			assert.LessOrEqual(t, len(Format(step)), 3*maxSentence)
		}
	})
}
