//go:build !tinygo

package link

import (
	"io"
	"sync"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// window is how many bytes of operations may be on the way without their
// answers, on a connection that does not say otherwise.
const window = 4096

// patience is how long the other end may take for an operation, on top of what
// the operation itself is to wait. Longer than a TCP connection takes to send
// again what was lost.
const patience = 5 * time.Second

// A Client is the host's end of a link: a [bus.Bus] whose coprocessor is
// elsewhere. As for any Bus, one goroutine at a time may use it; Close and Err
// may be called by any at any time.
//
// It waits for an answer only where the answer says something: for READY, for
// GPIO0 and for bytes that are read. Other operations are sent in one piece
// with the next such question, or by Deselect, Reset and DriveGPIO0, which
// send at once and do not wait. A request of the driver costs two round trips
// and a reply three, one more if its size is not known from the start.
//
// When the connection fails or the other end answers what is no answer, all
// calls return [bus.ErrLink] from then on, and Err tells why. After 5 s of
// silence the connection counts as failed.
type Client struct {
	conn   io.ReadWriteCloser
	window int
	in     inbox
	guard  *time.Timer // ends the connection unless stopped

	// Of the goroutine that has the bus.
	out    []byte   // operations not sent yet
	onWay  int      // bytes of operations without their answers, those in out too
	owed   []answer // what has to come before anything else
	single [1]byte

	sending sync.Mutex // held while conn.Write is at work

	mu    sync.Mutex
	cause error // why calls fail; nil: they do not
}

var _ bus.Bus = (*Client)(nil)

// An answer is one that says nothing: so many bytes that nobody wants, or the
// acknowledgement.
type answer int

const acknowledgement answer = 0

// NewClient returns the host's end of conn, which belongs to it from now on:
// Close closes it. Nothing is sent before the first call. conn.Close must end a
// Read and a Write that are at work.
//
// If conn has a method Window() int, no more bytes than that are on the way
// without their answers: a board that can't stop its host loses the rest. It is
// at least 16.
func NewClient(conn io.ReadWriteCloser) *Client {
	c := &Client{conn: conn, window: window}
	if w, ok := conn.(interface{ Window() int }); ok {
		c.window = max(16, min(w.Window(), window))
	}
	c.in.came.L = &c.in.mu
	c.guard = time.AfterFunc(patience, func() { c.fail(ErrSilent) })
	c.guard.Stop()
	go c.in.fill(conn)
	return c
}

// Close says goodbye and closes the connection. A call at work and all later
// ones return [bus.ErrClosed].
func (c *Client) Close() error {
	if c.sending.TryLock() { // else the end of the connection must do
		if c.fault() == nil {
			c.guard.Reset(patience)
			_, _ = c.conn.Write([]byte{opQuit})
			c.guard.Stop()
		}
		c.sending.Unlock()
	}
	return c.fail(bus.ErrClosed)
}

// Err returns why calls fail: an [Error], what the connection returned, or
// [bus.ErrClosed] after Close. Nil: they do not.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cause
}

// fail ends the connection, for the first cause only.
func (c *Client) fail(cause error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause != nil {
		return nil
	}
	c.cause = cause
	c.in.end(cause)
	return c.conn.Close()
}

// fault returns what calls return from now on; nil: they work.
func (c *Client) fault() error {
	switch c.Err() {
	case nil:
		return nil
	case bus.ErrClosed:
		return bus.ErrClosed
	}
	return bus.ErrLink
}

// broken ends the connection because of cause and returns what calls return.
func (c *Client) broken(cause error) error {
	_ = c.fail(cause) // cause is the first error
	return c.fault()
}
