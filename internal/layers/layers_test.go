// Package layers holds the rules of who may import whom, as a test.
package layers

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/ninatrace/ninatrace/"

// rules say who may import whom. "a, b < c, d" means that c and d may import a
// and b and whatever these may; NONE is nothing of ours. A package that is not
// named on the right may not exist.
const rules = `
	NONE < wifinina/bus, wifinina/wire, internal/cobs, netdev, traces, capture/zst;

	wifinina/bus < wifinina/bus/link;
	wifinina/bus, internal/cobs < capture;
	wifinina/bus, wifinina/wire, netdev < wifinina;
	wifinina < wifinina/board;
	wifinina/bus, wifinina/wire < wifinina/emulator;
	wifinina/emulator < wifinina/emulator/scenario;

	capture < capture/logic, capture/text, capture/ninalog, capture/live;
	capture, wifinina/wire < decode;
	decode < export/pcapng, capture/edit, decode/filter, decode/ledger, decode/diff;
	decode/ledger < decode/stats, decode/lint;
	export/pcapng < export/pcapng/layer;
	wifinina/bus, capture, capture/zst, decode, netdev < replay;
	capture/logic, wifinina/emulator < internal/fidelity;

	netdev < netdev/netdevtest;

	wifinina, wifinina/emulator, capture < internal/sessions;
	wifinina < internal/probe;
	NONE < internal/endpoint;
	internal/sessions, traces < traces/record;
	capture/logic, traces < internal/corpus;
	capture/logic, capture/live, capture/ninalog, capture/text, capture/edit,
		decode/filter, decode/ledger, decode/stats, decode/diff, decode/lint,
		export/pcapng, replay, traces, internal/sessions,
		internal/probe, internal/endpoint, wifinina/bus/link, wifinina/emulator/scenario < cmd/ninatrace;
	wifinina/wire < internal/protocoldoc;
	wifinina/emulator < internal/quirkdoc;
	decode/lint < internal/lintdoc;
	NONE < internal/boardcheck;
	NONE < internal/jsondoc;
	NONE < internal/layers;
`

// allowed returns for each package of the rules what it may import.
func allowed(t *testing.T) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, rule := range strings.Split(rules, ";") {
		left, right, ok := strings.Cut(rule, "<")
		if !ok {
			continue
		}
		for _, pkg := range list(right) {
			require.NotContains(t, out, pkg, "two rules for one package")
			out[pkg] = map[string]bool{}
			for _, dep := range list(left) {
				if dep == "NONE" {
					continue
				}
				require.Contains(t, out, dep, "rules stand in order")
				out[pkg][dep] = true
				for d := range out[dep] {
					out[pkg][d] = true
				}
			}
		}
	}
	return out
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", \t\n", r) })
}

// imports returns the imports of every package of ours, those of its tests
// left out, as it compiles with flags.
func imports(t *testing.T, flags ...string) map[string][]string {
	out := map[string][]string{}
	for _, line := range goList(t, `{{.ImportPath}} {{join .Imports " "}}`, append(flags, module+"...")...) {
		f := strings.Fields(line)
		out[f[0]] = f[1:]
	}
	return out
}

func TestWhoImportsWhom(t *testing.T) {
	rules := allowed(t)
	for pkg, deps := range imports(t) {
		name := strings.TrimPrefix(pkg, module)
		if strings.HasPrefix(name, "examples/") {
			continue // a program may use everything
		}
		may, ok := rules[name]
		if !ok {
			t.Errorf("%s: no rule says what it may import", name)
			continue
		}
		for _, dep := range deps {
			if d, ours := strings.CutPrefix(dep, module); ours && !may[d] {
				t.Errorf("%s imports %s", name, d)
			}
		}
	}
}

// deviceSet is what compiles for a board with 32 kB of RAM. What of it is for a
// PC only, by a build tag, is not looked at.
var deviceSet = []string{"wifinina", "wifinina/board", "wifinina/bus", "wifinina/bus/link", "wifinina/wire", "netdev", "capture", "internal/cobs"}

// deviceMay is what the device set may import of others, with the reason. The
// costs are in docs/decisions/0003-device-set.md.
var deviceMay = map[string]string{
	"bytes":                        "IndexByte and Equal, a machine instruction on a PC",
	"encoding/binary":              "the byte orders only; TestDeviceUsesByteOrdersOnly",
	"hash/crc32":                   "checksum of a frame",
	"io":                           "Writer, Reader, EOF",
	"math":                         "bits of a float",
	"net":                          "HardwareAddr, which Netlinker returns",
	"net/netip":                    "addresses, as Netdever has them",
	"sync":                         "Mutex",
	"sync/atomic":                  "the device of UseNetdev",
	"time":                         "Duration, Time, and in bus.System the clock",
	"unicode/utf8":                 "telling console text from damage, in the reader",
	"unsafe":                       "the bytes of a string without a copy",
	"tinygo.org/x/drivers/netlink": "TinyGo's Netlinker",
}

// readerMay is what only the reading half of capture needs: a board never calls
// it, and the linker leaves it out.
var readerMay = map[string]string{
	"bufio":  "Reader",
	"slices": "Grow, for the bytes of a window",
}

func TestDeviceSetImportsLittle(t *testing.T) {
	all := imports(t, onBoard...)
	for _, name := range deviceSet {
		deps, ok := all[module+name]
		require.True(t, ok, name)
		for _, dep := range deps {
			switch {
			case strings.HasPrefix(dep, module):
				require.Contains(t, deviceSet, strings.TrimPrefix(dep, module), "%s imports what is not for a board", name)
			case name == "capture" && readerMay[dep] != "", name == board && boardMay[dep] != "":
			case deviceMay[dep] == "":
				t.Errorf("%s imports %s, which no reason allows on a board", name, dep)
			}
		}
	}
}

// The clock of a board comes from outside: only bus.System may read it.
func TestDeviceTakesTimeFromOutside(t *testing.T) {
	for _, name := range deviceSet {
		for file, text := range sources(t, name) {
			if name == "wifinina/bus" && file == "clock.go" {
				continue
			}
			for _, banned := range []string{"time.Now", "time.Sleep", "time.Since", "time.After", "time.NewTimer", "time.NewTicker", "time.Tick("} {
				require.NotContains(t, code(text), banned, "%s/%s", name, file)
			}
		}
	}
}

func TestDeviceUsesByteOrdersOnly(t *testing.T) {
	for _, name := range deviceSet {
		for file, text := range sources(t, name) {
			for _, use := range usesOf(code(text), "binary.") {
				require.True(t, slices.Contains([]string{"LittleEndian", "BigEndian"}, use), "%s/%s: binary.%s", name, file, use)
			}
		}
	}
}
