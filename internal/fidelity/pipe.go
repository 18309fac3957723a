package fidelity

import (
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// A half is one direction of a connection. It takes whatever is written to it.
type half struct {
	mu     sync.Mutex
	change *sync.Cond
	held   []byte
	end    error // what a read returns when nothing is held; nil: it waits
	broken error // what a write returns; nil: it is taken
}

func newHalf() *half {
	h := &half{}
	h.change = sync.NewCond(&h.mu)
	return h
}

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.held) == 0 && h.end == nil {
		h.change.Wait()
	}
	if len(h.held) == 0 {
		return 0, h.end
	}
	n := copy(p, h.held)
	h.held = h.held[n:]
	return n, nil
}

func (h *half) write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken != nil {
		return 0, h.broken
	}
	h.held = append(h.held, p...)
	h.change.Broadcast()
	return len(p), nil
}

// stop ends the direction: what is held can still be read.
func (h *half) stop(end, broken error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.end == nil {
		h.end, h.broken = end, broken
	}
	h.change.Broadcast()
}

// A conn is one side of a connection in memory. It has no deadlines: nobody
// here waits longer than the recording goes on.
type conn struct {
	in, out       *half
	local, remote netip.AddrPort
}

var _ net.Conn = (*conn)(nil)

// newPipe returns the module's side of a connection with remote, and the other.
func newPipe(remote netip.AddrPort) (module, peer *conn) {
	a, b := newHalf(), newHalf()
	return &conn{in: a, out: b, local: moduleAddr, remote: remote}, &conn{in: b, out: a, local: remote, remote: moduleAddr}
}

// moduleAddr is where the module's connections come from: no command tells it.
var moduleAddr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 50000)

func (c *conn) Read(p []byte) (int, error)  { return c.in.read(p) }
func (c *conn) Write(p []byte) (int, error) { return c.out.write(p) }

// Close ends both directions.
func (c *conn) Close() error {
	c.in.stop(net.ErrClosed, io.ErrClosedPipe)
	c.out.stop(io.EOF, net.ErrClosed)
	return nil
}

// finish is the FIN of this side, which goes on receiving.
func (c *conn) finish() { c.out.stop(io.EOF, net.ErrClosed) }

// abort is a reset by this side: the other can neither read nor write.
func (c *conn) abort(err error) {
	c.out.stop(err, err)
	c.in.stop(err, err)
}

func (c *conn) LocalAddr() net.Addr              { return net.TCPAddrFromAddrPort(c.local) }
func (c *conn) RemoteAddr() net.Addr             { return net.TCPAddrFromAddrPort(c.remote) }
func (c *conn) SetDeadline(time.Time) error      { return nil }
func (c *conn) SetReadDeadline(time.Time) error  { return nil }
func (c *conn) SetWriteDeadline(time.Time) error { return nil }
