package link_test

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/bus/link"
)

// calls are all that a Client can be asked, each so that it wants an answer.
var calls = map[string]func(c *link.Client) error{
	"ready":     func(c *link.Client) error { _, err := c.WaitReady(bus.Armed, 0); return err },
	"wait":      func(c *link.Client) error { _, err := c.WaitReady(bus.Armed, time.Hour); return err },
	"attention": func(c *link.Client) error { _, err := c.Attention(); return err },
	"read":      func(c *link.Client) error { return c.Tx(nil, make([]byte, 9)) },
	"ident":     func(c *link.Client) error { _, err := c.Ident(); return err },
	"select": func(c *link.Client) error {
		_ = c.Select() // is not sent yet
		_, err := c.Attention()
		return err
	},
	"write": func(c *link.Client) error {
		_ = c.Tx(make([]byte, 5000), nil) // part of it is not waited for
		_, err := c.Attention()
		return err
	},
}

// A far side that answers wrongly, hangs up, falls silent or does not even
// read: the call returns, and so do all later ones, at once.
func TestAFarSideThatFailsIsALinkFault(t *testing.T) {
	for _, far := range []struct {
		name string
		be   func(conn net.Conn)
		want map[string]link.Error // by call; "": all others
	}{
		{"hangs up", func(conn net.Conn) { conn.Close() }, map[string]link.Error{"": link.ErrHungUp}},
		{"refuses", func(conn net.Conn) { answer(conn, "?"); time.AfterFunc(time.Second, func() { conn.Close() }) }, map[string]link.Error{
			"": link.ErrRefused, "read": link.ErrHungUp, "ident": link.ErrHungUp, "write": link.ErrHungUp}},
		{"says something else", func(conn net.Conn) { answer(conn, "zz") }, map[string]link.Error{
			"": link.ErrAnswer, "read": link.ErrSilent, "ident": link.ErrSilent, "write": link.ErrSilent}},
		{"is silent", func(conn net.Conn) { io.Copy(io.Discard, conn) }, map[string]link.Error{"": link.ErrSilent}},
		{"does not read", func(net.Conn) {}, map[string]link.Error{"": link.ErrSilent}},
		{"talks without end", func(conn net.Conn) {
			for {
				if _, err := conn.Write([]byte("KKKKKKKK")); err != nil {
					return
				}
			}
		}, map[string]link.Error{"": link.ErrUnasked}},
	} {
		for name, call := range calls {
			t.Run(far.name+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					host, conn := net.Pipe()
					defer conn.Close()
					c := link.NewClient(host)
					defer c.Close()
					go far.be(conn)
					synctest.Wait()
					start := time.Now()
					assert.Equal(t, bus.ErrLink, call(c))
					assert.LessOrEqual(t, time.Since(start), 6*time.Second)
					want, ok := far.want[name]
					if !ok {
						want = far.want[""]
					}
					assert.Equal(t, want, c.Err())

					start = time.Now()
					for _, again := range calls {
						assert.Equal(t, bus.ErrLink, again(c))
					}
					_, err := c.Deselect()
					assert.Equal(t, bus.ErrLink, err)
					assert.Equal(t, bus.ErrLink, c.Reset(true))
					assert.Zero(t, time.Since(start))
				})
			})
		}
	}
}

// answer waits for something and answers, and goes on reading.
func answer(conn net.Conn, with string) {
	one := make([]byte, 1)
	if _, err := conn.Read(one); err != nil {
		return
	}
	go io.Copy(io.Discard, conn)
	_, _ = conn.Write([]byte(with))
}

// Bytes that nobody asked for put everything after them out of step: they are
// seen before the next operation is believed.
func TestBytesNobodyAskedForAreSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, conn := net.Pipe()
		defer conn.Close()
		c := link.NewClient(host)
		defer c.Close()
		go answer(conn, "\x01\x01")
		high, err := c.Attention()
		assert.NoError(t, err)
		assert.True(t, high)
		synctest.Wait()
		assert.Equal(t, bus.ErrLink, c.Select())
		assert.Equal(t, link.ErrUnasked, c.Err())
		assert.ErrorContains(t, c.Err(), "nobody asked for")
	})
}

func TestEveryErrorHasItsOwnText(t *testing.T) {
	seen := map[string]bool{link.Error(0).Error(): true}
	for e := link.ErrUnknown; e <= link.ErrTooMany; e++ {
		assert.False(t, seen[e.Error()], e.Error())
		seen[e.Error()] = true
	}
	assert.Equal(t, "bus link: unknown error", link.Error(99).Error())
}
