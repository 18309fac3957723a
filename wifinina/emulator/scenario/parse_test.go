package scenario

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

var peer = netip.MustParseAddr("192.168.1.99")

// steps are sentences as Format writes them, one of each form.
var steps = map[string]emulator.Fault{
	"READY high":                              {Kind: emulator.ReadyHigh},
	"READY high for 2s":                       {Kind: emulator.ReadyHigh, For: 2 * time.Second},
	"READY low off":                           {Kind: emulator.ReadyLow, For: -1},
	"after 1h30m: READY low for 500µs":        {Kind: emulator.ReadyLow, After: 90 * time.Minute, For: 500 * time.Microsecond},
	"refuse sends beyond 100 for 1m":          {Kind: emulator.RefuseSends, N: 100, For: time.Minute},
	"dead DNS for 10s":                        {Kind: emulator.DeadDNS, For: 10 * time.Second},
	"lose access point":                       {Kind: emulator.LoseAP},
	"lose access point home for 1m":           {Kind: emulator.LoseAP, SSID: "home", For: time.Minute},
	`lose access point "for"`:                 {Kind: emulator.LoseAP, SSID: "for"},
	`lose access point "a: b, \"c\"\xff" off`: {Kind: emulator.LoseAP, SSID: "a: b, \"c\"\xff", For: -1},
	"fail scans":                              {Kind: emulator.FailScans},
	"no route to 192.168.1.99":                {Kind: emulator.NoRoute, Addr: peer},
	"black hole at 192.168.1.99 for 1m":       {Kind: emulator.Silence, Addr: peer, For: time.Minute},
	"reboot":                                  {Kind: emulator.Reboot},
	"at START_CLIENT_TCP: reboot edges 2":     {Kind: emulator.Reboot, Command: wire.StartClientTCP, N: 2},
	"every 1h: crash":                         {Kind: emulator.Crash, Every: time.Hour},
	"lose slot 0":                             {Kind: emulator.LoseSlot},
	"reset peer 3":                            {Kind: emulator.ResetPeer, N: 3},
	"nth 7: reset peers":                      {Kind: emulator.ResetPeers, Nth: 7},
	"reset peers at 192.168.1.99":             {Kind: emulator.ResetPeers, Addr: peer},
	"READY glitch for 27µs":                   {Kind: emulator.ReadyGlitch, For: 27 * time.Microsecond},
	"drop link":                               {Kind: emulator.DropLink},
	"drop link reason AUTH_LEAVE":             {Kind: emulator.DropLink, N: 3},
	"drop link reason 77":                     {Kind: emulator.DropLink, N: 77},
	"restore link":                            {Kind: emulator.RestoreLink},
	"stations 0":                              {Kind: emulator.Stations},
	"nth 1, always: READY late by 5ms":        {Kind: emulator.ReadyLate, Nth: 1, Times: -1, For: 5 * time.Millisecond},
	"times 3: error reply":                    {Kind: emulator.ErrorReply, Times: 3},
	"wrong echo as GET_TIME":                  {Kind: emulator.WrongEcho, N: int(wire.GetTime)},
	"wrong echo as 0x01":                      {Kind: emulator.WrongEcho, N: 1},
	"flip bit":                                {Kind: emulator.FlipBit},
	"flip bit 5":                              {Kind: emulator.FlipBit, N: 5},
	"truncate to 0":                           {Kind: emulator.Truncate},
	"overlong by 200":                         {Kind: emulator.Overlong, N: 200},
	"after 1s, every 1m, at SEND_DATA_TCP, nth 3, times 2: truncate to 4": {
		Kind: emulator.Truncate, N: 4, After: time.Second, Every: time.Minute, Command: wire.SendDataTCP, Nth: 3, Times: 2},
}

func TestParseIsTheInverseOfFormat(t *testing.T) {
	seen := map[emulator.FaultKind]bool{}
	for line, f := range steps {
		got, err := Parse(line)
		require.NoError(t, err, line)
		assert.Equal(t, f, got, line)
		assert.Equal(t, line, Format(f))
		seen[f.Kind] = true
	}
	assert.Len(t, seen, len(emulator.FaultKinds()), "a step of each kind")
}

// TestEveryKindHasAnEntry: each fault of the emulator can be said.
func TestEveryKindHasAnEntry(t *testing.T) {
	var all []emulator.FaultKind
	for _, k := range kinds {
		all = append(all, k.FaultKind)
	}
	assert.Equal(t, emulator.FaultKinds(), all)
}

// TestParseTakesWhatPeopleWrite: any case, any order, and no punctuation.
func TestParseTakesWhatPeopleWrite(t *testing.T) {
	for line, want := range map[string]string{
		"  ready HIGH   for 2s ":                      "READY high for 2s",
		"nth 3 at send_data_tcp after 1s flip bit 5":  "after 1s, at SEND_DATA_TCP, nth 3: flip bit 5",
		"at any: reboot":                              "nth 1: reboot",
		"nth 4, at any: reboot":                       "nth 4: reboot",
		"at 0x44: error reply":                        "at SEND_DATA_TCP: error reply",
		"at SET_CLI_CERT: error reply":                "at " + wire.SetCliCert.String() + ": error reply",
		"drop link reason 200":                        "drop link reason BEACON_TIMEOUT",
		"refuse sends for 1m beyond 10":               "refuse sends beyond 10 for 1m",
		"lose access point for 1m home":               "lose access point home for 1m",
		"after 90s: READY high for 1.5s":              "after 1m30s: READY high for 1.5s",
		"every 10ms, times 2: READY glitch for 1us":   "every 10ms, times 2: READY glitch for 1µs",
		"every 1m, always: lose slot 9":               "every 1m, always: lose slot 9",
		"after 10s, at GET_FW_VERSION, always: crash": "after 10s, at GET_FW_VERSION, always: crash",
	} {
		f, err := Parse(line)
		require.NoError(t, err, line)
		assert.Equal(t, want, Format(f))
	}
}

func TestParseSaysWhereAndWhatIsWrong(t *testing.T) {
	for line, want := range map[string]struct {
		column int
		says   string
	}{
		"":                             {1, "a fault is missing; it can be READY high, "},
		"after 30s:":                   {11, "a fault is missing"},
		"explode":                      {1, `"explode" is no fault; it can be READY high, `},
		"after 30s: READY upside down": {12, `"READY" is no fault`},
		"after 30: reboot":             {7, `"30" is no time such as 30s, 5ms or 1h30m`},
		"after -5s: reboot":            {7, `"-5s" is no time`},
		"every 1ms: reboot":            {7, `"1ms" is no time`},
		"READY high for":               {15, "a time such as 30s, 5ms or 1h30m is missing"},
		"READY high for 0s":            {16, `"0s" is no time`},
		"READY high bit 5":             {12, `"bit" is no part of READY high; it can be for time such as 30s, 5ms or 1h30m, off`},
		"READY high for 1s for 2s":     {19, `"for" stands there twice`},
		"after 1s, after 2s: reboot":   {11, `"after" stands there twice`},
		"at SEND_DATA: reboot":         {4, `"SEND_DATA" is no command such as SEND_DATA_TCP`},
		"at 0: reboot":                 {4, `"0" is no command`},
		"nth 0: reboot":                {5, `"0" is no number from 1 to`},
		"times 2: reboot":              {1, "what is to repeat needs at, nth or every"},
		"lose slot":                    {10, "a slot or descriptor from 0 to 63 is missing"},
		"lose slot 64":                 {11, `"64" is no slot or descriptor from 0 to 63`},
		"flip bit x":                   {10, `"x" is no number of a bit`},
		"READY late":                   {11, "a by time such as"},
		"no route to home":             {13, `"home" is no IPv4 address`},
		"no route to ::1":              {15, `"1" is no IPv4 address`},
		"drop link reason OLD_AGE":     {18, `"OLD_AGE" is no reason`},
		`lose access point "home`:      {19, "quotes that do not end"},
		"lose access point a b":        {21, `"b" is no part of lose access point`},
		"lose access point " + strings.Repeat("x", 33): {19, "is no name of a network"},
		strings.Repeat("x", 1001):                      {1, "more than 1000 bytes"},
	} {
		_, err := Parse(line)
		var e *SyntaxError
		if assert.ErrorAs(t, err, &e, line) {
			assert.Equal(t, want.column, e.Column, line)
			assert.Contains(t, e.Error(), want.says, line)
			assert.Zero(t, e.Line)
		}
	}
}

func TestChaos(t *testing.T) {
	s, err := newSentence("READY late 0.5, longest 20ms, flip bit 1e-3, seed 7, reset peers 0", 0, 1)
	require.NoError(t, err)
	c, err := parseChaos(s)
	require.NoError(t, err)
	assert.Equal(t, emulator.Chaos{Seed: 7, For: 20 * time.Millisecond, Rates: map[emulator.FaultKind]float64{
		emulator.ReadyLate: 0.5, emulator.FlipBit: 0.001, emulator.ResetPeers: 0}}, c)
	assert.Equal(t, "reset peers 0, READY late 0.5, flip bit 0.001, seed 7, longest 20ms", formatChaos(c))
}

func TestChaosSaysWhatIsWrong(t *testing.T) {
	for line, says := range map[string]string{
		"":                          "a fault is missing",
		"seed 7":                    "a fault is missing",
		"flip bit":                  "a share of the commands from 0 to 1 is missing",
		"flip bit 2":                `"2" is no share`,
		"flip bit NaN":              `"NaN" is no share`,
		"flip bit 0.1 flip bit 0.2": `"flip bit" stands there twice`,
		"flip bit 0.1 seed x":       `"x" is no whole number`,
		"off flip bit 0.1":          `"off" is no fault`,
	} {
		s, err := newSentence(line, 3, 1)
		require.NoError(t, err)
		_, err = parseChaos(s)
		assert.ErrorContains(t, err, says, line)
		assert.ErrorContains(t, err, "line 3, column ", line)
	}
}

// FuzzParse: any line is read without panic, and what is read is written and
// read again the same.
func FuzzParse(f *testing.F) {
	for line := range steps {
		f.Add(line)
	}
	f.Add(`lose access point "\u00e9\x00`)
	f.Fuzz(func(t *testing.T, line string) {
		got, err := Parse(line)
		if err != nil {
			assert.IsType(t, (*SyntaxError)(nil), err)
			return
		}
		again, err := Parse(Format(got))
		require.NoError(t, err, Format(got))
		assert.Equal(t, got, again)
	})
}
