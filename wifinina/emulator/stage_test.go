package emulator

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A stage is the loopback with the ports of a recording: each stands for a
// real one that happens to be free, in both directions.
type stage struct {
	Host
	t     *testing.T
	ports map[uint16]uint16 // recorded port of a peer: real one
	own   map[uint16]uint16 // recorded port of the module: real one
	peers chan net.Conn     // connections the module has made
	udp   *net.UDPConn      // the peer of datagrams
	seen  atomic.Uint32     // port the next client seems to come from
}

func newStage(t *testing.T) *stage {
	return &stage{
		t:     t,
		ports: make(map[uint16]uint16),
		own:   make(map[uint16]uint16),
		peers: make(chan net.Conn, 32),
	}
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// serve opens a TCP server under a recorded port; with a config it talks TLS.
func (s *stage) serve(port uint16, cfg *tls.Config) {
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(s.t, err)
	s.t.Cleanup(func() { ln.Close() })
	s.ports[port] = addrPort(ln.Addr()).Port()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			if cfg != nil {
				secure := tls.Server(c, cfg)
				go secure.Handshake()
				c = secure
			}
			s.t.Cleanup(func() { c.Close() })
			s.peers <- c
		}
	}()
}

// serveUDP opens a UDP peer under a recorded port.
func (s *stage) serveUDP(port uint16) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	require.NoError(s.t, err)
	s.t.Cleanup(func() { conn.Close() })
	s.udp, s.ports[port] = conn, addrPort(conn.LocalAddr()).Port()
}

// Dial implements Network: ports nobody serves refuse, other hosts are not
// there.
func (s *stage) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	port, ok := s.ports[to.Port()]
	switch {
	case to.Addr() != loopback:
		return nil, syscall.EHOSTUNREACH
	case !ok:
		return nil, syscall.ECONNREFUSED
	}
	c, err := s.Host.Dial(ctx, netip.AddrPortFrom(loopback, port))
	if err != nil {
		return nil, err
	}
	return seenAs{c, to}, nil
}

// Listen implements Network.
func (s *stage) Listen(port uint16) (net.Listener, error) {
	if _, taken := s.own[port]; taken {
		return nil, syscall.EADDRINUSE
	}
	ln, err := s.Host.Listen(0)
	if err != nil {
		return nil, err
	}
	s.own[port] = addrPort(ln.Addr()).Port()
	return stageListener{ln, s}, nil
}

// ListenPacket implements Network.
func (s *stage) ListenPacket(port uint16, _ netip.Addr) (PacketConn, error) {
	c, err := Host{Bind: loopback}.ListenPacket(0, noGroup)
	if err != nil {
		return nil, err
	}
	s.own[port] = addrPort(c.(*net.UDPConn).LocalAddr()).Port()
	return stagePacketConn{c.(*net.UDPConn), s}, nil
}

// Lookup implements Network: all names a recording knows are in the Config.
func (*stage) Lookup(_ context.Context, host string) (netip.Addr, error) {
	return netip.Addr{}, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// dial connects to the module's server, seemingly from port.
func (s *stage) dial(port uint16) net.Conn {
	s.seen.Store(uint32(port))
	for _, own := range s.own {
		c, err := net.Dial("tcp4", "127.0.0.1:"+strconv.Itoa(int(own)))
		require.NoError(s.t, err)
		s.t.Cleanup(func() { c.Close() })
		return c
	}
	require.Fail(s.t, "nobody listens")
	return nil
}

// sendUDP answers the datagram the module has sent.
func (s *stage) sendUDP(data []byte) {
	_, from, err := s.udp.ReadFromUDPAddrPort(make([]byte, wire.MaxDatagram))
	require.NoError(s.t, err)
	_, err = s.udp.WriteToUDPAddrPort(data, from)
	require.NoError(s.t, err)
}

// seenAs is a connection with the peer address of the recording.
type seenAs struct {
	net.Conn
	peer netip.AddrPort
}

func (c seenAs) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.peer) }

type stageListener struct {
	net.Listener
	*stage
}

func (l stageListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return seenAs{c, netip.AddrPortFrom(loopback, uint16(l.seen.Load()))}, nil
}

func (l stageListener) Close() error { return l.Listener.Close() }

// stagePacketConn translates ports in both directions.
type stagePacketConn struct {
	*net.UDPConn
	stage *stage
}

func (c stagePacketConn) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return c.UDPConn.WriteToUDPAddrPort(b, netip.AddrPortFrom(to.Addr(), c.stage.ports[to.Port()]))
}

func (c stagePacketConn) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	n, from, err := c.UDPConn.ReadFromUDPAddrPort(b)
	for recorded, port := range c.stage.ports {
		if port == from.Port() {
			from = netip.AddrPortFrom(from.Addr(), recorded)
		}
	}
	return n, from, err
}

// drain reads and forgets what a peer gets, so that it can answer.
func drain(c net.Conn) { go io.Copy(io.Discard, c) }
