package emulator

import (
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// connectTimeout bounds what a connect and the handshake on top may take.
const connectTimeout = 30 * time.Second

// A target is what START_CLIENT_TCP is asked to reach.
type target struct {
	slot *slot
	mode wire.Mode
	host string // empty: by address
	addr netip.Addr
	port uint16

	fd       int // of the lwIP socket taken for it
	identity clientIdentity
}

func (t target) addrPort() netip.AddrPort { return netip.AddrPortFrom(t.addr, t.port) }

// target reads the command: four parameters have no host name, every other
// count has one in front.
func (f *firmware) target() target {
	if f.u8(2) == 4 {
		return target{slot: f.slot(12), mode: wire.Mode(f.u8(14)), addr: f.ip(4), port: f.u16be(9)}
	}
	n := int(f.u8(3))
	return target{
		host: f.text(3, wire.MaxHost, "host name"), addr: f.ip(5 + n), port: f.u16be(10 + n),
		slot: f.slot(13 + n), mode: wire.Mode(f.u8(15 + n)),
	}
}

// startClient connects a slot: resolve, connect, and for TLS shake hands. Mode
// 4 fails for want of the secure element it needs. Failure is a reply without
// parameters.
func startClient(f *firmware) func() {
	t := f.target()
	if t.mode != wire.ModeUDP {
		t.slot.claim(f)
	}
	if !f.exists(t.slot) || t.mode > wire.ModeTLS {
		f.notConnected()
		return nil
	}
	if t.host == "" {
		return f.reach(t)
	}
	return f.resolve(t.host, func(addr netip.Addr, ok bool) func() {
		if !ok {
			f.notConnected()
			return nil
		}
		t.addr = addr
		return f.reach(t)
	})
}

// reach goes on with a known address. For UDP that only sets the destination.
func (f *firmware) reach(t target) func() {
	if t.mode == wire.ModeUDP {
		t.slot.udp.begin(t.addrPort())
		t.slot.kind = udpSlot
		f.answer(wire.Flag(true))
		return nil
	}
	if !f.radio.up() || f.fds.full() {
		f.notConnected()
		return nil
	}
	t.fd = f.fds.take()
	t.identity = f.identity
	if t.mode == wire.ModeTLS && !f.quirk(StickyIdentity) {
		f.identity = clientIdentity{}
	}
	if !f.quirk(BlockingConnect) {
		f.connectLater(t)
		return nil
	}
	return func() {
		connected := f.connect(t, func() bool { return true })
		f.e.mu.Lock()
		defer f.e.mu.Unlock()
		if !connected {
			f.notConnected()
			return
		}
		f.answer(wire.Flag(true))
	}
}

// connect puts a new connection into the slot of t, if it is still wanted then.
// It runs without the lock.
func (f *firmware) connect(t target, wanted func() bool) bool {
	ctx, cancel := context.WithTimeout(f.ctx, connectTimeout)
	defer cancel()
	if t.mode == wire.ModeTLS && t.host == "" && f.quirk(TurnedAddress) {
		t.addr = reversed(t.addr)
	}
	conn, err := f.e.cfg.Network.Dial(ctx, t.addrPort())
	var secure net.Conn
	if err == nil && t.mode == wire.ModeTLS {
		secure, err = f.handshake(ctx, conn, t.host, t.identity)
	}
	f.e.mu.Lock()
	defer f.e.mu.Unlock()
	if err != nil || f.dead || !wanted() {
		f.fds.release(t.fd)
		if conn != nil {
			conn.Close()
		}
		return false
	}
	t.slot.attach(t.mode, f.newStream(t.fd, conn, secure))
	return true
}

// attach puts a new connection into the slot. One that was there stays open
// with nobody to reach it.
func (s *slot) attach(mode wire.Mode, c *stream) {
	s.dialled, s.dialling = true, nil
	if !c.f.quirk(LeftoverServer) {
		s.server = nil
	}
	if mode == wire.ModeTLS {
		s.kind, s.tls = tlsSlot, c
		return
	}
	s.kind, s.client = tcpSlot, c
}
