package wifinina_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// Everything at once: the ten sockets, 32 goroutines, ten minutes.

// stressTime is virtual.
const stressTime = 10 * time.Minute

// longest bounds every call without a deadline: a slow command of another, one
// of its own, and the exchanges that find out that the firmware is dead.
const longest = 2*time.Minute + 30*time.Second

// chaosKinds strike one command in some thousands each. FlipBit is not among
// them: the protocol has no checksum, and nobody can tell flipped payload.
// Neither is Overlong, which makes padding payload.
func chaosKinds() map[emulator.FaultKind]float64 {
	rates := map[emulator.FaultKind]float64{}
	for _, k := range []emulator.FaultKind{
		emulator.ReadyHigh, emulator.ReadyLow, emulator.RefuseSends, emulator.DeadDNS, emulator.ResetPeer, emulator.ReadyLate,
		emulator.ErrorReply, emulator.WrongEcho, emulator.Truncate,
	} {
		rates[k] = 1.0 / 4000
	}
	rates[emulator.Reboot], rates[emulator.Crash] = 1.0/20000, 1.0/20000
	return rates
}

func TestStress(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		for _, c := range []struct {
			name  string
			rates map[emulator.FaultKind]float64
		}{{"sound", nil}, {"chaos", chaosKinds()}} {
			t.Run(c.name, func(t *testing.T) {
				onBench(t, engine, func(b *bench) {
					b.home.WatchdogTimeout = 10 * time.Second
					b.home.Retries = 0
					require.NoError(b, b.dev.NetConnect(&b.home))
					b.serve(7, echoes)
					b.serve(8080, func(c net.Conn) { c.Write(pattern(8080, 5000)) })
					go b.echoDatagrams(7)
					b.chip.SetChaos(emulator.Chaos{Seed: 7, Rates: c.rates, For: 200 * time.Millisecond})
					s := &stress{bench: b, end: time.Now().Add(stressTime), sound: c.rates == nil}
					s.run()
					if !s.sound {
						assert.Greater(t, b.dev.Stats().Resets, uint32(1), "a chaos that is none")
						assert.NotZero(t, b.dev.Stats().Resyncs)
					}
					b.healed()
				})
			})
		}
	})
}

// healed wants all that was lost back: ten sockets of the firmware's.
func (b *bench) healed() {
	b.chip.ClearFaults()
	for fd := range 10 {
		_ = b.dev.Close(fd)
	}
	time.Sleep(2 * time.Minute)
	b.recovers(netip.AddrPortFrom(farAddr, 7))
	assert.Empty(b, b.chip.Misuses())
	l := b.listener(acceptPort) // by slots it may be there still: it can't be closed
	time.AfterFunc(time.Second, func() { _ = b.dev.Close(l) })
	for fd, err := 0, error(nil); err == nil; { // who came too late
		if fd, _, err = b.dev.Accept(l); err == nil {
			assert.NoError(b, b.dev.Close(fd))
		}
	}
	l = b.listener(acceptPort)
	fds := make([]int, 9)
	for i := range fds {
		fds[i] = b.stream(netip.AddrPortFrom(farAddr, 7))
	}
	for _, fd := range append(fds, l) {
		if fd != l {
			b.echo(fd)
		}
		assert.NoError(b, b.dev.Close(fd))
	}
}

// acceptPort is where clients come.
const acceptPort = 9004

func (b *bench) echoDatagrams(port uint16) {
	c, err := b.peer.ListenPacket(port, netip.Addr{})
	if err != nil {
		return
	}
	go func() { <-b.over; c.Close() }()
	buf := make([]byte, 2000)
	for {
		n, from, err := c.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		c.WriteToUDPAddrPort(buf[:n], from)
	}
}

// pattern returns bytes of a stream that show where they belong.
func pattern(seed uint32, n int) []byte {
	p := make([]byte, n)
	for i := 0; i+4 <= n; i += 4 {
		binary.BigEndian.PutUint32(p[i:], seed^uint32(i)*2654435761)
	}
	return p
}

// A stress is a load at work.
type stress struct {
	*bench
	end   time.Time
	sound bool // nothing goes wrong but for want of sockets
	done  [8]int
}

func (s *stress) run() {
	jobs := []func(r *rand.Rand, seed uint32) error{
		s.echoStream, s.download, s.echoDatagram, s.closeFromElsewhere, s.accept, s.ask,
	}
	all(32, func(i int) {
		r := rand.New(rand.NewPCG(uint64(i), 9))
		for n := uint32(0); time.Now().Before(s.end); n++ {
			start := time.Now()
			err := error(nil)
			if i == 31 {
				time.Sleep(3 * time.Minute)
				err = s.reconnect()
			} else {
				err = jobs[i%len(jobs)](r, uint32(i)<<16|n)
			}
			if took := time.Since(start); took > 3*time.Minute+3*longest {
				assert.Fail(s, "a job is stuck", "%d: %v: %v", i, took, err)
			}
			s.mu.Lock()
			if err == nil {
				s.done[min(i%len(jobs), 7)]++
			}
			s.mu.Unlock()
			time.Sleep(time.Duration(r.Int64N(int64(3 * time.Second))))
		}
	})
	for i := range jobs {
		assert.NotZero(s, s.done[i], "job %d", i)
	}
}

// timed wants a call to hold its bound.
func (s *stress) timed(bound time.Duration, call func() error) error {
	start := time.Now()
	err := call()
	if took := time.Since(start); took > bound {
		assert.Fail(s, "a call is late", "%v: %v", took, err)
	}
	return err
}

// connection returns a descriptor connected to a port of the peer.
func (s *stress) connection(port uint16) (fd int, err error) {
	fd, err = s.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	if err != nil {
		return -1, err
	}
	err = s.timed(longest, func() error { return s.dev.Connect(fd, "", netip.AddrPortFrom(farAddr, port)) })
	if err != nil {
		s.close(fd)
	}
	return fd, err
}

func (s *stress) close(fd int) {
	_ = s.timed(longest, func() error { return s.dev.Close(fd) })
}

// read wants the beginning of want, as much as comes.
func (s *stress) read(fd int, want []byte) error {
	buf := make([]byte, 2000)
	for len(want) > 0 {
		n := 0
		err := s.timed(10*time.Second+grace, func() (err error) {
			n, err = s.dev.Recv(fd, buf, 0, time.Now().Add(10*time.Second))
			return err
		})
		if n > len(want) || !bytes.Equal(buf[:n], want[:min(n, len(want))]) {
			assert.Fail(s, "wrong bytes", "%d to come, %d read: % x, not % x", len(want), n, buf[:min(n, 16)], want[:min(len(want), 16)])
			return io.ErrUnexpectedEOF
		}
		if want = want[n:]; err != nil {
			return err
		}
	}
	return nil
}

func (s *stress) echoStream(r *rand.Rand, seed uint32) error {
	fd, err := s.connection(7)
	if err != nil {
		return err
	}
	defer s.close(fd)
	p := pattern(seed, 4*(1+r.IntN(2000)))
	err = s.timed(10*time.Second+grace, func() error {
		_, err := s.dev.Send(fd, p, 0, time.Now().Add(10*time.Second))
		return err
	})
	if err != nil {
		return err
	}
	return s.read(fd, p)
}

func (s *stress) download(_ *rand.Rand, _ uint32) error {
	fd, err := s.connection(8080)
	if err != nil {
		return err
	}
	defer s.close(fd)
	return s.read(fd, pattern(8080, 5000))
}

// echoDatagram wants a datagram back whole, or not at all.
func (s *stress) echoDatagram(r *rand.Rand, seed uint32) error {
	fd, err := s.dev.Socket(netdev.AF_INET, netdev.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer s.close(fd)
	p := pattern(seed, 4*(1+r.IntN(300)))
	until := time.Now().Add(5 * time.Second)
	if _, err = s.dev.SendTo(fd, p, 0, netip.AddrPortFrom(farAddr, 7), until); err != nil {
		return err
	}
	buf := make([]byte, 1500)
	n := 0
	err = s.timed(5*time.Second+grace, func() (err error) { n, err = s.dev.Recv(fd, buf, 0, time.Now().Add(5*time.Second)); return err })
	if err == nil {
		assert.Equal(s, p, buf[:n])
	}
	return err
}

// closeFromElsewhere closes under a Recv.
func (s *stress) closeFromElsewhere(r *rand.Rand, _ uint32) error {
	fd, err := s.connection(7)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { _, err := s.dev.Recv(fd, make([]byte, 1), 0, time.Time{}); ended <- err }()
	time.Sleep(time.Duration(r.Int64N(int64(2 * time.Second))))
	s.close(fd)
	return s.timed(longest, func() error {
		if err := cause(<-ended); err != netdev.ErrInvalidSocketFd {
			return err
		}
		return nil
	})
}

// accept serves one client. The port is that of one goroutine; the others who
// are to accept only ask.
func (s *stress) accept(r *rand.Rand, seed uint32) error {
	if seed>>16 != 4 {
		return s.ask(r, seed)
	}
	l, err := s.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	over := time.AfterFunc(5*time.Second, func() { s.close(l) })
	defer func() {
		if over.Stop() {
			s.close(l)
		}
	}()
	if err = s.dev.Bind(l, netip.AddrPortFrom(netip.IPv4Unspecified(), acceptPort)); err == nil {
		err = s.dev.Listen(l, 1)
	}
	if err != nil {
		return err
	}
	p := pattern(seed, 400)
	go func() {
		c, err := s.peer.Dial(s.Context(), netip.AddrPortFrom(nearAddr, acceptPort))
		if err == nil {
			c.SetDeadline(time.Now().Add(10 * time.Second))
			c.Write(p)
			io.Copy(io.Discard, c)
			c.Close()
		}
	}()
	fd, _, err := s.dev.Accept(l)
	if err != nil {
		return err
	}
	defer s.close(fd)
	return s.readClient(fd)
}

// readClient wants what a client has sent. By slots it may be one of
// an earlier round: the listener is kept, and so is who came too late for it.
func (s *stress) readClient(fd int) error {
	head := make([]byte, 4)
	n, err := s.dev.Recv(fd, head, 0, time.Now().Add(10*time.Second))
	if n == 0 || !assert.Equal(s, 4, n) {
		return err
	}
	return s.read(fd, pattern(binary.BigEndian.Uint32(head), 400)[4:])
}

// ask asks this and that.
func (s *stress) ask(r *rand.Rand, _ uint32) error {
	return s.timed(longest, func() (err error) {
		switch r.IntN(4) {
		case 0:
			_, err = s.dev.GetHostByName("far.test")
		case 1:
			_, err = s.dev.Ping(farAddr, 0)
		case 2:
			_, err = s.dev.Addr()
		default:
			_, err = s.dev.RSSI()
		}
		return err
	})
}

// reconnect leaves the network and joins it again, by way of a scan.
func (s *stress) reconnect() error {
	s.dev.NetDisconnect()
	_, _ = s.dev.Scan()
	return s.timed(longest, func() error { return s.dev.NetConnect(&s.home) })
}
