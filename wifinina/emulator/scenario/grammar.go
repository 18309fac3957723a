package scenario

import (
	"strconv"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A step says when, and what:
//
//	after 1h, at SEND_DATA_TCP, nth 3, always: truncate to 4
//
// The words of the first half are in whens, in any order. The second half begins
// with the name of a fault, and goes on with its parameters, which are in kinds.

// whens say when a fault strikes.
var whens = []param[fault]{
	span("after", 0, func(f *fault) *time.Duration { return &f.After }),
	span("every", minEvery, func(f *fault) *time.Duration { return &f.Every }),
	{word: "at", what: "command such as SEND_DATA_TCP, its number, or any", set: setCommand, get: getCommand},
	number("nth", "number", 1, maxNumber, func(f *fault) *int { return &f.Nth }),
	number("times", "number", 1, maxNumber, func(f *fault) *int { return &f.Times }),
	flag("always", func(f *fault) { f.Times = -1 }, func(f fault) bool { return f.Times < 0 }),
}

const (
	minEvery  = 10 * time.Millisecond // the emulator's
	maxNumber = 1_000_000_000
	maxSlot   = 63 // of slots and descriptors
)

// A kind is a fault with the parameters it takes.
type kind struct {
	emulator.FaultKind
	params []param[fault]
}

// kinds are all faults.
var kinds = []kind{
	{emulator.ReadyHigh, lasting()},
	{emulator.ReadyLow, lasting()},
	{emulator.RefuseSends, lasting(count("beyond", "number of bytes", 0, maxNumber))},
	{emulator.DeadDNS, lasting()},
	{emulator.LoseAP, lasting(ssid)},
	{emulator.FailScans, lasting()},
	{emulator.NoRoute, lasting(address("to"))},
	{emulator.Silence, lasting(address("at"))},
	{emulator.Reboot, []param[fault]{count("edges", "number of edges of chip select", 0, maxNumber)}},
	{emulator.Crash, nil},
	{emulator.LoseSlot, []param[fault]{needed("", "slot or descriptor", 0, maxSlot)}},
	{emulator.ResetPeer, []param[fault]{needed("", "slot or descriptor", 0, maxSlot)}},
	{emulator.ResetPeers, []param[fault]{address("at")}},
	{emulator.ReadyGlitch, []param[fault]{span("for", 1, ofFor)}},
	{emulator.DropLink, []param[fault]{{word: "reason", what: "reason such as AUTH_LEAVE, or a number", set: setReason, get: getReason}}},
	{emulator.RestoreLink, nil},
	{emulator.Stations, []param[fault]{needed("", "number of stations", 0, 10)}},
	{emulator.ReadyLate, []param[fault]{must(span("by", 1, ofFor))}},
	{emulator.ErrorReply, nil},
	{emulator.WrongEcho, []param[fault]{must(param[fault]{word: "as", what: "command or number", set: setEcho, get: getEcho})}},
	{emulator.FlipBit, []param[fault]{count("", "number of a bit", 0, maxNumber)}},
	{emulator.Truncate, []param[fault]{needed("to", "number of bytes", 0, maxNumber)}},
	{emulator.Overlong, []param[fault]{needed("by", "number of bytes", 1, maxNumber)}},
}

// lasting adds to the parameters of a condition how long it lasts.
func lasting(others ...param[fault]) []param[fault] {
	return append(others,
		span("for", 1, ofFor),
		flag("off", func(f *fault) { f.For = -1 }, func(f fault) bool { return f.For < 0 }))
}

func must(p param[fault]) param[fault] {
	p.must = true
	return p
}

func ofFor(f *fault) *time.Duration { return &f.For }

// ssid is the name of a network.
var ssid = param[fault]{
	what: `name of a network, such as home or "my home"`,
	set: func(f *fault, text string) bool {
		f.SSID = text
		return len(text) <= wire.MaxSSID
	},
	get: func(f fault) string {
		plain := f.SSID != "" && !strings.ContainsFunc(f.SSID, func(r rune) bool { return !isPlain(r) })
		if plain && !strings.EqualFold(f.SSID, "for") && !strings.EqualFold(f.SSID, "off") || f.SSID == "" {
			return f.SSID
		}
		return strconv.Quote(f.SSID)
	},
}

func isPlain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.'
}

// setCommand reads the command that is struck. With any, the first is the next
// one to come.
func setCommand(f *fault, text string) bool {
	if strings.EqualFold(text, "any") {
		f.Nth = max(f.Nth, 1)
		return true
	}
	c, ok := readCommand(text)
	f.Command = c
	return ok && c != 0
}

func getCommand(f fault) string {
	if f.Command == 0 {
		return ""
	}
	return f.Command.String()
}

func setReason(f *fault, text string) bool {
	r, ok := readReason(text)
	f.N = int(r)
	return ok
}

func getReason(f fault) string {
	if f.N == 0 {
		return ""
	}
	return wire.Reason(f.N).String()
}

func setEcho(f *fault, text string) bool {
	c, ok := readCommand(text)
	f.N = int(c)
	return ok
}

func getEcho(f fault) string { return wire.Command(f.N).String() }
