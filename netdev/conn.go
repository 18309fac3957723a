//go:build !tinygo

package netdev

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// A conn is what the connections of this package have in common: a descriptor
// of a Netdever, used as package net wants it.
type conn struct {
	dev     Netdever
	fd      int
	stream  bool
	gate    *gate
	network string
	local   net.Addr
	remote  net.Addr

	reading deadline
	writing deadline
	write   sync.Mutex // held for a whole Write, so that two do not mix
}

// newConn opens a socket that has no address yet.
func newConn(dev Netdever, network string, stype, protocol int) (*conn, error) {
	if dev == nil {
		return nil, ErrNotConnected
	}
	fd, err := dev.Socket(AF_INET, stype, protocol)
	if err != nil {
		return nil, err
	}
	return &conn{dev: dev, fd: fd, gate: newGate(), network: network, stream: stype == SOCK_STREAM}, nil
}

// ask runs a call that may block on the descriptor, unless that was closed.
// Whatever such a call says once it was closed, it is net.ErrClosed.
func (c *conn) ask(call func() error) error {
	if err := c.gate.enter(); err != nil {
		return err
	}
	defer c.gate.leave()
	err := call()
	if err != nil && err != io.EOF && c.gate.err() != nil {
		return net.ErrClosed
	}
	return err
}

// retry runs a call slice by slice until it ends otherwise than by the end of
// a slice, or the deadline passes.
func (c *conn) retry(d *deadline, call func(until time.Time) error) error {
	for {
		until, err := d.next()
		if err != nil {
			return err
		}
		err = c.ask(func() error { return call(until) })
		if !errors.Is(err, ErrTimeout) {
			return err
		}
	}
}

// Read implements net.Conn. On a UDP socket it reads one datagram; what of it
// does not fit is lost.
func (c *conn) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, c.fail("read", c.gate.err())
	}
	n := 0
	err := c.retry(&c.reading, func(until time.Time) (err error) {
		n, err = c.dev.Recv(c.fd, b, 0, until)
		return err
	})
	return max(n, 0), c.fail("read", cut(err))
}

// cut takes the error away that tells of a datagram larger than the buffer:
// package net does not tell either.
func cut(err error) error {
	if errors.Is(err, ErrMessageTooLong) {
		return nil
	}
	return err
}

// Write implements net.Conn. A UDP socket sends b as one datagram.
func (c *conn) Write(b []byte) (int, error) {
	if len(b) == 0 && c.stream {
		return 0, c.fail("write", c.gate.err())
	}
	c.write.Lock()
	defer c.write.Unlock()
	sent := 0
	err := c.retry(&c.writing, func(until time.Time) error {
		n, err := c.dev.Send(c.fd, b[sent:], 0, until)
		sent += max(n, 0)
		return err
	})
	if err == nil && sent < len(b) {
		err = io.ErrShortWrite
	}
	return sent, c.fail("write", err)
}

// Close implements net.Conn. Calls that wait return net.ErrClosed.
func (c *conn) Close() error { return c.fail("close", c.shut()) }

func (c *conn) shut() error {
	if err := c.gate.close(); err != nil {
		return err
	}
	return c.dev.Close(c.fd)
}

// LocalAddr implements net.Conn. The port is 0 where the device does not tell
// which one it took.
func (c *conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr implements net.Conn.
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(t time.Time) error { return c.setDeadline(t, &c.reading, &c.writing) }

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(t time.Time) error { return c.setDeadline(t, &c.reading) }

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(t, &c.writing) }

func (c *conn) setDeadline(t time.Time, deadlines ...*deadline) error {
	if err := c.gate.err(); err != nil {
		return c.fail("set", err)
	}
	for _, d := range deadlines {
		d.set(t)
	}
	return nil
}

// setOption passes an option to the device.
func (c *conn) setOption(level, opt int, value any) error {
	return c.fail("set", c.ask(func() error { return c.dev.SetSockOpt(c.fd, level, opt, value) }))
}

// fail wraps an error as package net does.
func (c *conn) fail(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &net.OpError{Op: op, Net: c.network, Source: c.local, Addr: c.remote, Err: err}
}

// localAddr returns where the socket's own end is: as the device tells, or as
// it was bound, at the address of the interface.
func (c *conn) localAddr(bound netip.AddrPort) netip.AddrPort {
	if dev, ok := c.dev.(LocalAddresser); ok {
		if addr, err := dev.LocalAddr(c.fd); err == nil {
			return addr
		}
	}
	if bound.Addr().IsValid() && !bound.Addr().IsUnspecified() {
		return bound
	}
	addr, err := c.dev.Addr()
	if err != nil {
		addr = netip.IPv4Unspecified()
	}
	return netip.AddrPortFrom(addr, bound.Port())
}
