package fidelity

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An event is something the world does, at the latest right before the command
// whose reply first shows it.
type event struct {
	what string
	do   func(*player)
}

// A plan is the world of a recording.
type plan struct {
	cfg    emulator.Config
	secure bool     // somebody talks TLS
	names  []string // in their certificate
	air    air
	events map[int][]event // before the command of exchange n
	far    map[int]*farEnd // who is at the other end of what exchange n is about
}

// inference makes a plan of the exchanges of a recording. It knows what the
// firmware keeps in its slots and descriptors as far as that says whose bytes
// are whose, and nothing of how replies are made.
type inference struct {
	*plan
	xs    []*exchange
	x     *exchange // the one at work
	esp32 bool      // the firmware leaves its radio to arduino-esp32, as Adafruit's does since 2.0.0
	flag  bool      // AVAIL_DATA_TCP has the accept flag (reference §4.3.1)
	hosts map[string]netip.Addr

	radio radio
	slots [wire.MaxSlots]slot
	fds   map[uint8]*descriptor
	joins map[int]bool // exchanges before which the station was let in
	heard int          // clients that have called
	found int          // hosts whose address nobody has told
	pings map[netip.Addr]time.Duration
}

// infer finds out what the world was like.
func infer(r *Recording, xs []*exchange) *plan {
	in := &inference{
		plan: &plan{events: map[int][]event{}, far: map[int]*farEnd{}},
		xs:   xs, hosts: map[string]netip.Addr{}, fds: map[uint8]*descriptor{}, joins: map[int]bool{},
		pings: map[netip.Addr]time.Duration{},
	}
	in.cfg.Profile = profileOf(xs)
	version, family := wire.ParseVersion(in.cfg.Profile.Version)
	in.esp32 = !wire.MACReversed(family, version)
	in.flag = in.esp32 || family == wire.Arduino && version >= wire.V(1, 6, 0)
	in.cfg.IdleMISO = idleOf(r)
	in.cfg.Pings = in.pings
	in.cfg.JoinTime = never
	in.resolved()
	for _, x := range xs {
		in.x = x
		if x.reset {
			in.restart()
		} else if read := readers[x.cmd]; read != nil && x.reply >= 0 {
			read(in)
		}
	}
	in.clock(r)
	return in.plan
}

// readers say what the exchange of a command tells of the world.
var readers map[wire.Command]func(*inference)

func init() {
	readers = map[wire.Command]func(*inference){}
	for _, part := range []map[wire.Command]func(*inference){radioReaders, slotReaders, bsdReaders, otherReaders, downloadReaders} {
		for c, read := range part {
			readers[c] = read
		}
	}
}

// never is later than the end of any recording: what would happen by itself
// after it happens by an event.
const never = 1000 * time.Hour

// restart forgets what a reset of the chip ends.
func (in *inference) restart() {
	in.radio = radio{}
	in.slots = [wire.MaxSlots]slot{}
	clear(in.fds)
}

// then makes something happen before the exchange at work.
func (in *inference) then(do func(*player), what string, args ...any) {
	in.events[in.x.n] = append(in.events[in.x.n], event{fmt.Sprintf(what, args...), do})
}

// later returns the first of the exchanges behind the one at work that match,
// before one that ends the search.
func (in *inference) later(match, end func(*exchange) bool) *exchange {
	for _, x := range in.xs[in.x.n:] {
		switch {
		case x.reset:
			return nil
		case match(x):
			return x
		case end(x):
			return nil
		}
	}
	return nil
}

// profileOf returns the profile whose version the firmware tells, by default
// that of Arduino 2.0.0.
func profileOf(xs []*exchange) emulator.Profile {
	for _, x := range xs {
		if x.cmd != wire.GetFWVersion || !x.tells(1) {
			continue
		}
		version := strings.TrimRight(string(x.vals[0].Bytes()), "\x00")
		for _, p := range emulator.Profiles() {
			if p.Version == version {
				return p
			}
		}
	}
	return emulator.Arduino200()
}

// idleOf returns what is read where the coprocessor drives nothing: it is, in
// the first window, of which the host only writes.
func idleOf(r *Recording) byte {
	for _, s := range r.Steps {
		if len(s.MISO) > 0 {
			return s.MISO[0]
		}
	}
	return 0
}
