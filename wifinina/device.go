package wifinina

import (
	"sync"
	"time"

	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Config says what a [Device] works with. Only Bus is required.
type Config struct {
	// Bus is the link to the coprocessor.
	Bus bus.Bus
	// Clock tells time and sleeps. Nil: bus.System.
	Clock bus.Clock
	// BootTime is how long the firmware gets to boot after a reset before
	// READY is looked at: the line floats and glitches until then. Zero:
	// 750 ms, what every genuine host waits (reference §1.3).
	BootTime time.Duration
	// ReplyTimeout bounds the wait for the reply to a command that only
	// asks or sets something. Zero: 2 s. The deadline of a call is looked at
	// between exchanges: firmware that does not answer overruns it by this.
	ReplyTimeout time.Duration
	// SlowTimeout bounds the wait for commands that the firmware answers
	// when the network has: connect, DNS, TLS, scan, and sending on an
	// accepted connection, which older firmware does not make non-blocking.
	// Zero: 60 s, which is longer than lwIP tries to connect.
	SlowTimeout time.Duration
	// Sockets forces one way of serving sockets. Zero: what suits the
	// firmware.
	Sockets Engine
}

// Device is a WiFiNINA coprocessor as a network device. Make one with [New].
// All methods may be called by several goroutines at once.
type Device struct {
	bus    bus.Bus
	clock  bus.Clock
	turns  bus.Arbiter
	tracer bus.Tracer // nil: nobody listens
	cfg    Config

	// What belongs to whoever has the turn.
	doubt    bool      // the last exchange failed: the firmware may owe a reply, or be dead
	failures uint8     // exchanges that failed in a row
	owed     time.Time // when the firmware must be armed at the latest; zero: it is not waited for
	strays   uint16    // slots, one a bit, that the firmware must still be told to free
	astray   bool      // the firmware may have made a descriptor that nobody knows
	orphans  uint64    // descriptors of the firmware, one a bit, that it must still be told to close
	buf      [frameSize]byte
	vals     [maxValues]wire.Value

	// Written in the turn and under mu, read in either.
	life life
	fw   profile

	mu         sync.Mutex            // guards what follows; never held across an exchange
	session    session               // the last NetConnect or NetDisconnect; it wins
	home       netlink.ConnectParams // the network to go back to; no SSID: none
	homeBy     credentials           // how
	joined     bool                  // the running firmware has been in the network of the session
	trouble    bool                  // the network or the coprocessor is lost, and the supervisor is on it
	supervised session               // the session that has a supervisor
	up         bool                  // the network is there, as far as it is to be told
	told       bool                  // the last event told
	telling    bool                  // a callback is at work
	waiting    uint16                // calls that wait between polls
	nextPort   uint16                // the next port to try where the caller leaves it to us
	parked     [wire.MaxSlots]uint16 // by slot: the port of a listener nobody holds, 0: none
	sockets    [maxSockets]socket
	stats      Stats
	notify     func(netlink.Event)
}

// frameSize holds the largest frame the driver sends or takes: one datagram of
// the largest size (SOCKET_SENDTO has 19 bytes besides), or as much of a
// stream.
const (
	segment   = wire.MaxDatagram
	frameSize = segment + 20
)

// maxValues is the most parameters a reply of interest has: ten networks.
const maxValues = 12

var _ netdev.Device = (*Device)(nil)

// New returns a Device on cfg.Bus. Nothing happens on the bus until the first
// NetConnect. If the Bus is an Arbiter or a Tracer as well, as a recorder is,
// the Device uses it as that.
func New(cfg *Config) *Device {
	d := &Device{cfg: *cfg, bus: cfg.Bus, clock: cfg.Clock}
	if d.clock == nil {
		d.clock = bus.System{}
	}
	orDefault(&d.cfg.BootTime, 750*time.Millisecond)
	orDefault(&d.cfg.ReplyTimeout, 2*time.Second)
	orDefault(&d.cfg.SlowTimeout, time.Minute)
	d.turns = bus.ArbiterOf(d.bus, d.clock)
	d.tracer = bus.TracerOf(d.bus)
	return d
}

func orDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}

// Firmware returns the family and version of the firmware; zero before the
// first NetConnect.
func (d *Device) Firmware() (wire.Family, wire.Version) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fw.family, d.fw.version
}
