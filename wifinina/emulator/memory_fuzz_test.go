package emulator

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzMemory: in whatever order a network is used, nothing panics or blocks for
// ever, bytes arrive in order as far as they do, and when all is closed nothing
// is left. Each pair of bytes is a step and what it is done to.
func FuzzMemory(f *testing.F) {
	f.Add([]byte("\x00\x01\x01\x05\x02\x00\x02\x00\x03\x00\x03\x01\x04\x00\x05\x01\x03\x01"), uint8(0))
	f.Add([]byte("\x00\x01\x01\x05\x06\x00\x02\x01\x07\x01\x09\x05\x07\x00\x08\x02\x0a\x03\x0b\x07"), uint8(9))
	f.Add([]byte("\x00\x00\x01\x00\x02\x00\x09\x01\x02\x00\x07\x00\x0a\x01\x0a\x02\x0b\x00\x0b\x01\x08\x00"), uint8(40))
	f.Fuzz(func(t *testing.T, steps []byte, latency uint8) {
		cfg := MemoryConfig{Latency: time.Duration(latency) * time.Millisecond, Jitter: time.Duration(latency%7) * time.Millisecond, Loss: 0.1, Window: 300}
		inBubble(t, cfg, func(t *testing.T, lan *Memory) {
			u := &user{t: t, lan: lan}
			for ; len(steps) >= 2; steps = steps[2:] {
				u.step(steps[0], int(steps[1]))
			}
			u.leave()
		})
	})
}

// A user does this and that on a network of three nodes.
type user struct {
	t   *testing.T
	lan *Memory

	mu        sync.Mutex
	accepting sync.WaitGroup
	listeners []net.Listener
	conns     []*counted
	sockets   []PacketConn
}

// A counted is a connection whose bytes count up from zero.
type counted struct {
	net.Conn
	sent, received byte
}

func (u *user) addr(i int) netip.Addr {
	return []netip.Addr{moduleAddr, peerAddr, otherAddr}[i%3]
}

func (u *user) add(c net.Conn) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.conns = append(u.conns, &counted{Conn: c})
}

// pick returns one of list, the zero value if it is empty.
func pick[T any](list []T, i int) (one T) {
	if len(list) > 0 {
		one = list[i%len(list)]
	}
	return one
}

func (u *user) step(what byte, arg int) {
	switch what % 12 {
	case 0:
		u.listen(arg)
	case 1:
		u.dial(arg)
	case 8:
		u.lan.SetReach(u.addr(arg), Reach(arg/3%3))
	case 9:
		time.Sleep(time.Duration(arg) * 10 * time.Millisecond)
	case 10:
		if s, err := u.lan.Node(u.addr(arg)).ListenPacket(uint16(arg%5), noGroup); err == nil {
			u.sockets = append(u.sockets, s)
		}
	case 11:
		if s := pick(u.sockets, arg); s != nil {
			s.WriteToUDPAddrPort(fill(arg, 0), netip.AddrPortFrom(u.addr(arg/2), uint16(arg%5)))
		}
	default:
		u.mu.Lock()
		c := pick(u.conns, arg)
		u.mu.Unlock()
		if c != nil {
			u.use(c, what%12, arg)
		}
	}
}

// use does something to a connection.
func (u *user) use(c *counted, what byte, arg int) {
	c.SetDeadline(time.Now().Add(time.Duration(arg) * time.Millisecond))
	switch what {
	case 2, 3:
		p := make([]byte, arg*2)
		for i := range p {
			p[i] = c.sent + byte(i)
		}
		n, _ := c.Write(p)
		c.sent += byte(n)
	case 4:
		p := make([]byte, arg*2)
		n, _ := c.Read(p)
		for _, b := range p[:n] {
			require.Equal(u.t, c.received, b)
			c.received++
		}
	case 5:
		c.Conn.(*memoryConn).CloseWrite()
	case 6:
		c.Close()
	case 7:
		u.lan.Reset(addrPort(c.LocalAddr()))
	}
}

// listen opens a listener and accepts until it is closed.
func (u *user) listen(arg int) {
	ln, err := u.lan.Node(u.addr(arg)).Listen(uint16(arg / 3 % 3))
	if err != nil {
		return
	}
	u.listeners = append(u.listeners, ln)
	u.accepting.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			u.add(c)
		}
	})
}

// dial connects to a listener, or to where none is.
func (u *user) dial(arg int) {
	ctx, cancel := context.WithTimeout(u.t.Context(), 3*time.Second)
	defer cancel()
	to := netip.AddrPortFrom(u.addr(arg/2), uint16(arg%3))
	if ln := pick(u.listeners, arg); ln != nil && arg < 200 {
		to = addrPort(ln.Addr())
	}
	if c, err := u.lan.Node(u.addr(arg)).Dial(ctx, to); err == nil {
		u.add(c)
	}
}

// leave closes all, after which nothing is left.
func (u *user) leave() {
	for _, ln := range u.listeners {
		ln.Close()
	}
	u.accepting.Wait()
	for _, c := range u.conns {
		c.Close()
	}
	for _, s := range u.sockets {
		s.Close()
	}
	time.Sleep(time.Minute)
	synctest.Wait()
	u.lan.mu.Lock()
	defer u.lan.mu.Unlock()
	require.Empty(u.t, u.lan.conns)
	for _, n := range u.lan.nodes {
		require.Empty(u.t, n.listeners)
		require.Empty(u.t, n.sockets)
	}
}
