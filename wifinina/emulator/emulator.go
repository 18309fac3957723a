package emulator

import (
	"crypto/x509"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Config says what the emulated coprocessor is and what it can reach. The zero
// value is a module with Arduino firmware 2.0.0 in reach of the access point
// [DefaultAccessPoint], on the host's own network. A Config is only read by
// [New], but the maps and the pool in it are kept.
type Config struct {
	Profile      Profile                      // the zero value is [Arduino200]
	AccessPoints []AccessPoint                // the air; nil: [DefaultAccessPoint] alone
	Lease        Lease                        // what DHCP hands out; zero: 192.168.1.23/24
	Hosts        map[string]netip.Addr        // names that resolve without asking Network; any case
	Pings        map[netip.Addr]time.Duration // round-trip times of hosts that answer a ping
	Roots        *x509.CertPool               // authorities TLS trusts; nil: those of the system
	Network      Network                      // where sockets come from; nil: [Host]
	Clock        bus.Clock                    // nil: [bus.System]
	MAC          [6]byte                      // station address, first octet first; zero: 3C:71:BF:9A:0E:54
	AuthFailure  wire.Reason                  // reason a wrong passphrase ends with; zero: 202
	Pacing       Pacing                       // how long the link takes; zero: no time
	Strikes      chan<- Strike                // is told of all that goes wrong; nil: nobody is. What finds it full is dropped; it is never closed

	BootTime      time.Duration // RESETN release to READY; zero: 2 ms, negative: none; see [RealBootTime]
	BootGlitch    time.Duration // how long READY is low by mistake half-way through BootTime, with that quirk; zero: not at all; 27 µs was observed
	JoinTime      time.Duration // SET_PASSPHRASE to joined or failed; zero: 2 ms, negative: none
	SyncTime      time.Duration // first join to the clock being set by SNTP; zero: at once
	ScanTime      time.Duration // how long SCAN_NETWORKS blocks; zero or less: not at all
	AttentionTick time.Duration // shortest time between two refreshes of GPIO0, with the quirk GPIO0Tick: 10 ms on hardware; zero: at once
	IdleMISO      byte          // what is read where the coprocessor drives nothing: 0x00 or 0xFF
}

// RealBootTime is about what a module takes from the release of RESETN to the
// first READY (measured on recordings of the genuine firmware).
const RealBootTime = 360 * time.Millisecond

const (
	defaultBootTime = 2 * time.Millisecond
	defaultJoinTime = 2 * time.Millisecond
)

var defaultMAC = [6]byte{0x3C, 0x71, 0xBF, 0x9A, 0x0E, 0x54}

func (c Config) withDefaults() Config {
	if c.Profile.Version == "" {
		c.Profile = Arduino200()
	}
	if c.AccessPoints == nil {
		c.AccessPoints = []AccessPoint{DefaultAccessPoint()}
	}
	if c.Network == nil {
		c.Network = Host{}
	}
	if c.Clock == nil {
		c.Clock = bus.System{}
	}
	if c.MAC == [6]byte{} {
		c.MAC = defaultMAC
	}
	if c.AuthFailure == 0 {
		c.AuthFailure = wire.ReasonAuthFail
	}
	c.Lease = c.Lease.withDefaults()
	c.Hosts = lowerKeys(c.Hosts)
	c.BootTime = orDefault(c.BootTime, defaultBootTime)
	c.JoinTime = orDefault(c.JoinTime, defaultJoinTime)
	return c
}

func orDefault(d, preset time.Duration) time.Duration {
	switch {
	case d == 0:
		return preset
	case d < 0:
		return 0
	}
	return d
}

func lowerKeys(hosts map[string]netip.Addr) map[string]netip.Addr {
	lower := make(map[string]netip.Addr, len(hosts))
	for name, addr := range hosts {
		lower[strings.ToLower(name)] = addr
	}
	return lower
}

// Emulator is a coprocessor module: the chip, its pins and the world around
// it. It is a [bus.Bus], so its Bus methods belong to one goroutine at a time.
// All other methods may be called by any goroutine at any time.
type Emulator struct {
	cfg   Config
	clock bus.Clock
	born  time.Time     // when the power came on
	wall  bool          // clock is the machine's own
	wake  chan struct{} // holds a token when READY may have changed
	tasks sync.WaitGroup

	shifter shifter

	handlers [0x80]handler // of the profile

	mu       sync.Mutex // guards all below, and everything a firmware holds
	fw       *firmware  // nil: in reset, crashed, or something else was booted
	selected bool       // chip select is low
	inReset  bool       // RESETN is asserted
	gpio0    bus.Drive
	closed   bool
	air      []AccessPoint
	flash    flash
	misuses  []Misuse
	faults   []waitingFault
	alarm    time.Time            // when the next of them wakes; zero: none sleeps
	chaos    *chaos               // nil: none
	lost     map[string]condition // by name of a network, what keeps it out of reach; "" is all
	scans    condition            // scans fail
	received uint64               // commands
	struck   uint64               // faults
}

var _ bus.Bus = (*Emulator)(nil)

// New returns a module that has just been powered on and boots. Close it to
// end its goroutines and sockets.
func New(cfg Config) *Emulator {
	cfg = cfg.withDefaults()
	_, wall := cfg.Clock.(bus.System)
	e := &Emulator{
		cfg:   cfg,
		clock: cfg.Clock,
		born:  cfg.Clock.Now(),
		wall:  wall,
		wake:  make(chan struct{}, 1),
		air:   cfg.AccessPoints,
		flash: make(flash),

		handlers: cfg.Profile.handlers(),
	}
	e.boot()
	return e
}

// Close takes the power away: it closes every socket and returns when all
// goroutines of the emulator have ended. A call blocked in WaitReady returns
// [bus.ErrClosed], as does every later Bus call. Close always returns nil and
// may be called again.
func (e *Emulator) Close() error {
	e.mu.Lock()
	e.closed = true
	e.halt()
	e.mu.Unlock()
	e.nudge()
	return nil
}

// nudge makes a blocked WaitReady look again.
func (e *Emulator) nudge() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}
