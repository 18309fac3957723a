package netdevtest

import (
	"context"
	"net"
	"net/netip"
	"testing"

	"golang.org/x/net/nettest"

	"github.com/ninatrace/ninatrace/netdev"
)

// connTests put package netdev's net.Conn under golang.org/x/net/nettest.
var connTests = []test{
	{"Dialled", func(t *testing.T, s Setup) { nettest.TestConn(t, s.dialled) }},
	{"Accepted", func(t *testing.T, s Setup) { testAccepted(t, s, s.accepted(t)) }},
	{"BothEnds", func(t *testing.T, s Setup) { testAccepted(t, s, s.bothEnds(t)) }},
}

func testAccepted(t *testing.T, s Setup, pipe nettest.MakePipe) {
	if s.Mute {
		t.Skip("the device does not see a connection before the client has sent something")
	}
	nettest.TestConn(t, pipe)
}

// connect accepts one connection that dial makes.
func connect(l net.Listener, dial func() (net.Conn, error)) (dialled, accepted net.Conn, err error) {
	accepting := later(func() (err error) {
		accepted, err = l.Accept()
		return err
	})
	if dialled, err = dial(); err != nil {
		_ = l.Close()
		<-accepting
		return nil, nil, err
	}
	return dialled, accepted, <-accepting
}

// stopper closes everything that a pair of connections is made of.
func stopper(l net.Listener, a, b net.Conn) func() {
	return func() {
		for _, c := range []interface{ Close() error }{a, b, l} {
			_ = c.Close() // the test may have closed it
		}
	}
}

// dialled makes the first connection the device's, which has dialled this
// machine.
func (s Setup) dialled() (net.Conn, net.Conn, func(), error) {
	l, err := net.Listen("tcp4", netip.AddrPortFrom(s.Here, 0).String())
	if err != nil {
		return nil, nil, nil, err
	}
	d := netdev.Dialer{Device: s.Device}
	c1, c2, err := connect(l, func() (net.Conn, error) { return d.DialContext(context.Background(), "tcp", l.Addr().String()) })
	return c1, c2, stopper(l, c1, c2), err
}

// accepted makes the first connection the device's, which this machine has
// dialled.
func (s Setup) accepted(t *testing.T) nettest.MakePipe {
	port := s.freePort(t) // one for all: there are devices that keep a listener for ever
	return func() (net.Conn, net.Conn, func(), error) {
		l, at, err := s.listener(port)
		if err != nil {
			return nil, nil, nil, err
		}
		c2, c1, err := connect(l, func() (net.Conn, error) { return net.Dial("tcp4", at) })
		return c1, c2, stopper(l, c1, c2), err
	}
}

// bothEnds makes both connections the device's, which has dialled itself.
func (s Setup) bothEnds(t *testing.T) nettest.MakePipe {
	port := s.freePort(t)
	return func() (net.Conn, net.Conn, func(), error) {
		l, at, err := s.listener(port)
		if err != nil {
			return nil, nil, nil, err
		}
		d := netdev.Dialer{Device: s.Device}
		c1, c2, err := connect(l, func() (net.Conn, error) { return d.DialContext(context.Background(), "tcp", at) })
		return c1, c2, stopper(l, c1, c2), err
	}
}

// listener returns a server of the device, and how this machine reaches it.
func (s Setup) listener(port uint16) (net.Listener, string, error) {
	lc := netdev.ListenConfig{Device: s.Device}
	l, err := lc.Listen(context.Background(), "tcp", anywhere(port).String())
	return l, netip.AddrPortFrom(s.Reach, port).String(), err
}
