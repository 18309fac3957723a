package emulator

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"
)

// MemoryConfig says what a [Memory] network is like. The zero value delivers
// everything at once.
type MemoryConfig struct {
	Latency time.Duration         // what a packet takes from one node to another
	Jitter  time.Duration         // at most so much more, by chance; datagrams overtake each other within it
	Loss    float64               // share of datagrams that are lost, 0 to 1
	Window  int                   // bytes of a connection on their way or unread, in each direction; zero: 65536
	Seed    uint64                // of all chance
	Names   map[string]netip.Addr // host names; any case; the query for one with the zero Addr is never answered
}

const defaultWindow = 64 << 10

// A Memory is an IPv4 network that exists in memory only: its nodes reach each
// other, and nothing else. Give one node to the emulator and use others as its
// peers, with the same calls:
//
//	lan := emulator.NewMemory(emulator.MemoryConfig{Latency: 20 * time.Millisecond})
//	chip := emulator.New(emulator.Config{Network: lan.Node(moduleAddr)})
//	server, err := lan.Node(serverAddr).Listen(80)
//
// Time is that of package time, so a Memory made inside a bubble of
// testing/synctest runs on the bubble's: nothing in it blocks otherwise than
// durably. Each socket has a chance of its own, which follows from Seed and
// its addresses: a run is repeated by the same calls on it, whatever the others
// do. Packets have no goroutines. Memory is bounded by Window per direction of
// a connection, and by 64 datagrams per socket.
//
// All methods of a Memory and of what comes from it may be called by any
// goroutine at any time.
type Memory struct {
	cfg MemoryConfig

	mu    sync.Mutex // guards all below and all nodes and sockets; nobody waits while holding it
	nodes map[netip.Addr]*Node
	conns map[ends]*memoryConn
	reach map[netip.Addr]Reach // absent: Reachable
}

// ends are the addresses of a connection, as one side sees it.
type ends struct{ local, remote netip.AddrPort }

// NewMemory returns a network without nodes.
func NewMemory(cfg MemoryConfig) *Memory {
	if cfg.Window <= 0 {
		cfg.Window = defaultWindow
	}
	cfg.Names = lowerKeys(cfg.Names)
	return &Memory{
		cfg:   cfg,
		nodes: make(map[netip.Addr]*Node),
		conns: make(map[ends]*memoryConn),
		reach: make(map[netip.Addr]Reach),
	}
}

// Node returns the node with the address addr, which is a new one when it is
// first asked for.
func (m *Memory) Node(addr netip.Addr) *Node {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.nodes[addr]
	if n == nil {
		n = &Node{
			net: m, addr: addr, lastPort: firstDynamic,
			listeners: make(map[uint16]*memoryListener),
			sockets:   make(map[uint16]*memorySocket),
		}
		m.nodes[addr] = n
	}
	return n
}

// Reach says what becomes of packets to and from an address.
type Reach uint8

// What becomes of packets. In both failures datagrams are lost, and what
// connections have on its way arrives when the address is Reachable again.
const (
	Reachable   Reach = iota // they arrive; addresses without a node are Unreachable
	Unreachable              // a Dial fails with EHOSTUNREACH after Latency
	BlackHole                // nobody says anything: a Dial waits until its context is done
)

// SetReach changes what becomes of packets to and from addr.
func (m *Memory) SetReach(addr netip.Addr, r Reach) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reach[addr] = r
	for _, c := range m.conns {
		c.change.fire()
	}
}

// Reset breaks connections, as a RST does to both sides: what has not arrived
// is lost, and then Read and Write return ECONNRESET. It strikes those with an
// end at the given address; port 0 is any port, the zero AddrPort any address.
func (m *Memory) Reset(end netip.AddrPort) {
	m.mu.Lock()
	defer m.mu.Unlock()
	matches := func(a netip.AddrPort) bool {
		return (!end.Addr().IsValid() || end.Addr() == a.Addr()) && (end.Port() == 0 || end.Port() == a.Port())
	}
	now := time.Now()
	for at, c := range m.conns {
		if matches(at.local) || matches(at.remote) {
			c.reset(now)
		}
	}
}

// cut reports whether no packet passes between two addresses.
func (m *Memory) cut(a, b netip.Addr) bool {
	return m.reach[a] != Reachable || m.reach[b] != Reachable
}

// A chance is where a socket's luck comes from.
type chance struct{ *rand.Rand }

// chance returns the luck of a socket at local, which may have a remote end.
func (m *Memory) chance(local, remote netip.AddrPort) chance {
	key := func(a netip.AddrPort) uint64 {
		o := octets(a.Addr())
		return uint64(o[0])<<40 | uint64(o[1])<<32 | uint64(o[2])<<24 | uint64(o[3])<<16 | uint64(a.Port())
	}
	return chance{rand.New(rand.NewPCG(m.cfg.Seed^key(remote), key(local)))}
}

// delay returns what the next packet takes.
func (m *Memory) delay(c chance) time.Duration {
	d := m.cfg.Latency
	if m.cfg.Jitter > 0 {
		d += time.Duration(c.Int64N(int64(m.cfg.Jitter) + 1))
	}
	return d
}

// errNoAnswer says that a SYN was lost.
var errNoAnswer = errors.New("no answer")

// pass lets d pass, or less when ctx is done.
func pass(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
