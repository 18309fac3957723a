package emulator

import (
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// A memoryConn is one end of a TCP connection on a Memory network, guarded by
// the lock of that.
type memoryConn struct {
	net             *Memory
	at              ends
	luck            chance
	peer            *memoryConn
	in              flow      // what the peer has sent
	change          event     // whatever a Read or a Write waits for
	resetAt         time.Time // when the RST comes; zero: none does
	readBy, writeBy time.Time // deadlines; zero: none
	finished        bool      // the FIN is sent
	closed          bool
}

var _ net.Conn = (*memoryConn)(nil)

// connect returns the near end of a new connection.
func (m *Memory) connect(from, to netip.AddrPort) *memoryConn {
	c := &memoryConn{net: m, at: ends{from, to}, luck: m.chance(from, to)}
	c.peer = &memoryConn{net: m, at: ends{to, from}, luck: m.chance(to, from), peer: c}
	m.conns[c.at], m.conns[c.peer.at] = c, c.peer
	return c
}

// Read implements [net.Conn].
func (c *memoryConn) Read(p []byte) (int, error) {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	for {
		now := time.Now()
		if err := c.stopped(c.readBy, now); err != nil || len(p) == 0 {
			return 0, c.opError("read", err)
		}
		var arrival time.Time
		if !c.net.cut(c.at.local.Addr(), c.at.remote.Addr()) {
			n, end := c.in.take(p, now)
			if n > 0 {
				c.peer.change.fire()
				return n, nil
			}
			if end {
				return 0, io.EOF
			}
			arrival = c.in.next()
		}
		if reached(c.resetAt, now) {
			return 0, c.opError("read", syscall.ECONNRESET)
		}
		c.change.wait(&c.net.mu, earliest(earliest(arrival, c.resetAt), c.readBy))
	}
}

// Write implements [net.Conn]. It waits while the window is full.
func (c *memoryConn) Write(p []byte) (int, error) {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	n := 0
	for {
		now := time.Now()
		err := c.stopped(c.writeBy, now)
		switch {
		case err != nil:
		case reached(c.resetAt, now):
			err = syscall.ECONNRESET
		case c.finished:
			err = syscall.EPIPE
		}
		if err != nil {
			return n, c.opError("write", err)
		}
		if n += c.transmit(p[n:], now); n == len(p) {
			return n, nil
		}
		c.change.wait(&c.net.mu, earliest(c.resetAt, c.writeBy))
	}
}

// transmit sends as much of p as the window takes. An end that is closed takes
// everything and sends a RST for it.
func (c *memoryConn) transmit(p []byte, now time.Time) int {
	if c.peer.closed {
		c.reset(now.Add(2 * c.net.cfg.Latency))
		return len(p)
	}
	p = p[:min(len(p), c.net.cfg.Window-c.peer.in.held)]
	if len(p) > 0 {
		c.peer.in.send(now.Add(c.net.delay(c.luck)), append([]byte(nil), p...))
		c.peer.change.fire()
	}
	return len(p)
}

// stopped returns why nothing can be done on this side any more.
func (c *memoryConn) stopped(deadline, now time.Time) error {
	switch {
	case c.closed:
		return net.ErrClosed
	case reached(deadline, now):
		return os.ErrDeadlineExceeded
	}
	return nil
}

// reset makes a RST arrive at the time at. What comes later is lost.
func (c *memoryConn) reset(at time.Time) {
	c.resetAt = earliest(c.resetAt, at)
	c.in.lose(c.resetAt)
	c.change.fire()
}

// Close implements [net.Conn]. What was written still arrives, and then the
// end; with data unread it is a RST instead.
func (c *memoryConn) Close() error {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	if c.closed {
		return c.opError("close", net.ErrClosed)
	}
	now := time.Now()
	if c.in.held > 0 {
		c.peer.reset(now.Add(c.net.cfg.Latency))
	} else {
		c.finish(now)
	}
	c.shut()
	return nil
}

// CloseWrite ends what this side sends; it can still read.
func (c *memoryConn) CloseWrite() error {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	if c.closed {
		return c.opError("close", net.ErrClosed)
	}
	c.finish(time.Now())
	c.change.fire()
	return nil
}

// finish sends the FIN, unless that is done or nobody is there to have it.
func (c *memoryConn) finish(now time.Time) {
	if !c.finished && !c.peer.closed && !reached(c.resetAt, now) {
		c.peer.in.send(now.Add(c.net.delay(c.luck)), nil)
		c.peer.change.fire()
	}
	c.finished = true
}

// shut forgets this end.
func (c *memoryConn) shut() {
	c.closed, c.in = true, flow{}
	delete(c.net.conns, c.at)
	c.change.fire()
	c.peer.change.fire()
}

// LocalAddr implements [net.Conn].
func (c *memoryConn) LocalAddr() net.Addr { return net.TCPAddrFromAddrPort(c.at.local) }

// RemoteAddr implements [net.Conn].
func (c *memoryConn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.at.remote) }

// SetDeadline implements [net.Conn].
func (c *memoryConn) SetDeadline(t time.Time) error { return c.setDeadlines(t, &c.readBy, &c.writeBy) }

// SetReadDeadline implements [net.Conn].
func (c *memoryConn) SetReadDeadline(t time.Time) error { return c.setDeadlines(t, &c.readBy) }

// SetWriteDeadline implements [net.Conn].
func (c *memoryConn) SetWriteDeadline(t time.Time) error { return c.setDeadlines(t, &c.writeBy) }

func (c *memoryConn) setDeadlines(t time.Time, deadlines ...*time.Time) error {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	if c.closed {
		return c.opError("set", net.ErrClosed)
	}
	for _, d := range deadlines {
		*d = t
	}
	c.change.fire()
	return nil
}

// opError says on which connection err happened; no error passes through.
func (c *memoryConn) opError(op string, err error) error {
	if err == nil {
		return nil
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}
