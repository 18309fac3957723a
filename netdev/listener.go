//go:build !tinygo

package netdev

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// A TCPListener accepts TCP connections of a Netdever, as a net.Listener.
// Several goroutines may use it at once.
//
// Netdever.Accept has no deadline. One call of it runs as long as somebody
// waits in Accept; it goes on when a deadline ends their wait, and whom it
// brings then is for the next Accept.
type TCPListener struct {
	sock  *conn // the listening one
	bound netip.AddrPort
	ready chan accepted // what the call in the device brought, until it is taken

	mu      sync.Mutex
	waiting int  // calls of Accept
	calling bool // the device is in Accept, or ready is full
}

// An accepted is what Netdever.Accept returned.
type accepted struct {
	fd   int
	peer netip.AddrPort
	err  error
}

var _ net.Listener = (*TCPListener)(nil)

// Accept implements net.Listener. net.ErrClosed: the listener was closed.
// An error whose Temporary is true concerns one connection only.
func (l *TCPListener) Accept() (net.Conn, error) {
	c, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	return c, nil
}

// AcceptTCP is Accept with the type of the connection.
func (l *TCPListener) AcceptTCP() (*TCPConn, error) {
	a, err := l.next()
	if err == nil {
		err = a.err
	}
	if err != nil {
		return nil, l.sock.fail("accept", err)
	}
	c := &conn{dev: l.sock.dev, fd: a.fd, gate: newGate(), network: l.sock.network, stream: true}
	c.setAddrs(c.localAddr(l.bound), a.peer)
	return &TCPConn{c}, nil
}

// next waits for a connection, slice by slice as the deadline may change.
func (l *TCPListener) next() (accepted, error) {
	l.wait(1)
	defer l.wait(-1)
	for {
		until, err := l.sock.reading.next()
		if err == nil {
			err = l.sock.gate.err()
		}
		if err != nil {
			return accepted{}, err
		}
		t := time.NewTimer(time.Until(until))
		select {
		case a := <-l.ready:
			t.Stop()
			l.taken()
			return a, nil
		case <-t.C:
		case <-l.sock.gate.shut:
			t.Stop()
		}
	}
}

// wait counts who waits, and has the device accept when there is somebody.
func (l *TCPListener) wait(delta int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting += delta
	l.call()
}

// taken notes that ready is empty. Who took from it does not wait any more.
func (l *TCPListener) taken() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calling = false
}

// call starts Netdever.Accept, under the lock.
func (l *TCPListener) call() {
	if l.waiting > 0 && !l.calling {
		l.calling = true
		go l.accept()
	}
}

func (l *TCPListener) accept() {
	var a accepted
	a.err = l.sock.ask(func() (err error) {
		a.fd, a.peer, err = l.sock.dev.Accept(l.sock.fd)
		return err
	})
	l.ready <- a
	if l.sock.gate.err() != nil {
		l.drop()
	}
}

// drop closes a connection that came when nobody could take it any more.
func (l *TCPListener) drop() {
	select {
	case a := <-l.ready:
		if a.err == nil {
			_ = l.sock.dev.Close(a.fd)
		}
	default:
	}
}

// Addr implements net.Listener.
func (l *TCPListener) Addr() net.Addr { return l.sock.local }

// Close implements net.Listener: Accept returns net.ErrClosed. Connections that
// were accepted stay.
func (l *TCPListener) Close() error {
	err := l.sock.shut()
	if !errors.Is(err, net.ErrClosed) {
		l.drop()
	}
	return l.sock.fail("close", err)
}

// SetDeadline sets when Accept returns os.ErrDeadlineExceeded. The zero time is
// never.
func (l *TCPListener) SetDeadline(t time.Time) error { return l.sock.setDeadline(t, &l.sock.reading) }
