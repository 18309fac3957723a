package emulator

import (
	"net"
	"slices"
	"sync"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A server is a TCP listener. Genuine firmware has no way to close one: it lives
// until the next reset (reference §4.0.3).
type server struct {
	f       *firmware
	fd      int // of its lwIP socket
	ln      net.Listener
	change  *sync.Cond // pending or dead have changed
	pending *stream    // accepted, and not yet handed to the host
	spawned []*stream  // taken by available(), which hands out those with data
	dead    bool
}

var _ endpoint = (*server)(nil)

// startServer opens a listener or a UDP socket. Whatever the slot had open
// before stays open, with nobody to reach it.
func startServer(f *firmware) {
	off, group := 4, f.ip(4)
	if f.u8(2) != 3 {
		off = 9
	}
	port, s, mode := f.u16be(off), f.slot(off+3), wire.Mode(f.u8(off+5))
	ok := false
	s.claim(f)
	switch {
	case !f.exists(s):
	case mode == wire.ModeTCP:
		ok = f.listen(s, port)
	case mode == wire.ModeUDP:
		ok = s.udp.open(f, port, noGroup)
	case mode == wire.ModeMulticast:
		ok = s.udp.open(f, port, group)
	}
	if ok {
		s.kind = udpSlot
		if mode == wire.ModeTCP {
			s.kind = tcpSlot
		}
	}
	f.answer(wire.Flag(ok))
}

// listen puts a new server into s, which has none if the port is taken. One on
// port 0 takes clients that nobody is told of: the firmware does not believe it
// is a server (nina-fw WiFiServer.cpp operator bool).
func (f *firmware) listen(s *slot, port uint16) bool {
	s.server = nil
	if !f.fds.full() {
		if ln, err := f.e.cfg.Network.Listen(port); err == nil {
			server := f.newServer(ln)
			if port == 0 {
				return true
			}
			s.server = server
		}
	}
	return s.server != nil || f.quirk(UncheckedPort)
}

func (f *firmware) newServer(ln net.Listener) *server {
	s := &server{f: f, fd: f.fds.take(), ln: ln, change: sync.NewCond(&f.e.mu)}
	f.live[s] = struct{}{}
	f.e.tasks.Add(1)
	go f.acceptFrom(ln, s.accepted)
	return s
}

// acceptFrom is the goroutine that waits for clients. What it does with one
// also says when, and whether, it waits for the next.
func (f *firmware) acceptFrom(ln net.Listener, accepted func(net.Conn) bool) {
	defer f.e.tasks.Done()
	for {
		conn, err := ln.Accept()
		if err != nil || !accepted(conn) {
			return
		}
	}
}

// accepted makes conn the pending client and waits until it is taken; the next
// wait in the backlog. With all
// lwIP sockets in use it is closed again. It reports whether to go on.
func (s *server) accepted(conn net.Conn) bool {
	s.f.e.mu.Lock()
	defer s.f.e.mu.Unlock()
	if s.dead || s.f.fds.full() {
		conn.Close()
		return !s.dead
	}
	s.pending = s.f.newStream(s.f.fds.take(), conn, nil)
	s.f.attention.stir(s.f)
	for s.pending != nil && !s.dead {
		s.change.Wait()
	}
	return !s.dead
}

// take takes the pending client, if there is one.
func (s *server) take() *stream {
	c := s.pending
	s.pending = nil
	s.change.Broadcast()
	return c
}

// withData returns a spawned client that has unread data, and strikes off the
// dead ones before it.
func (s *server) withData() *stream {
	for len(s.spawned) > 0 {
		i := slices.IndexFunc(s.spawned, func(c *stream) bool { return !c.connected() || c.available() > 0 })
		if i < 0 {
			return nil
		}
		if c := s.spawned[i]; c.connected() {
			return c
		}
		s.spawned = slices.Delete(s.spawned, i, i+1)
	}
	return nil
}

// nextClient answers AVAIL_DATA_TCP on a listening slot: the slot of a client,
// or wire.NoSlot (reference §4.3.1).
func (f *firmware) nextClient(s *server, accept bool) uint8 {
	if accept {
		n := f.freeSlot()
		if n == wire.NoSlot || s.pending == nil {
			return wire.NoSlot
		}
		return f.seat(n, s.take())
	}
	if f.quirk(AlwaysAccepts) {
		return f.acceptOrLose(s)
	}
	if s.pending != nil {
		s.spawned = append(s.spawned, s.take())
	}
	c := s.withData()
	if c == nil && !f.quirk(SilentClients) {
		c = s.unseated()
	}
	if c == nil {
		return wire.NoSlot
	}
	if n := f.seatOf(c); n != wire.NoSlot {
		return n
	}
	return f.seat(f.freeSlot(), c)
}

// unseated returns a spawned client that has no slot yet.
func (s *server) unseated() *stream {
	i := slices.IndexFunc(s.spawned, func(c *stream) bool { return s.f.seatOf(c) == wire.NoSlot })
	if i < 0 {
		return nil
	}
	return s.spawned[i]
}

// seatOf returns the slot of c, or wire.NoSlot.
func (f *firmware) seatOf(c *stream) uint8 {
	return uint8(slices.IndexFunc(f.slots, func(t slot) bool { return t.kind == tcpSlot && t.client == c }))
}

// acceptOrLose accepts a client, and closes it again when no slot is free
// (Adafruit's CommandHandler.cpp availDataTcp).
func (f *firmware) acceptOrLose(s *server) uint8 {
	c := s.take()
	if c == nil {
		return wire.NoSlot
	}
	n := f.freeSlot()
	if n == wire.NoSlot {
		c.close()
	}
	return f.seat(n, c)
}

// seat makes c the client of slot n.
func (f *firmware) seat(n uint8, c *stream) uint8 {
	if n != wire.NoSlot {
		f.slots[n].attach(wire.ModeTCP, c)
		f.slots[n].dialled = false
	}
	return n
}

// broadcast writes p to all spawned clients and returns the sum of what they
// took.
func (s *server) broadcast(p []byte) int {
	sum := 0
	for _, c := range s.spawned {
		sum += c.write(p)
	}
	return sum
}

// close closes the listener and the clients that have no slot.
func (s *server) close() {
	s.abort()
	s.f.fds.release(s.fd)
	for _, c := range append(s.spawned, s.pending) {
		if c != nil && s.f.seatOf(c) == wire.NoSlot {
			c.close()
		}
	}
}

// abort implements endpoint. Streams abort on their own.
func (s *server) abort() {
	s.dead = true
	s.ln.Close()
	s.change.Broadcast()
	delete(s.f.live, s)
}
