package link_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus/link"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

var home = netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "ninatrace", Retries: 1}

// serve runs a server of emulators on the loopback until the test ends and
// returns its address.
func serve(t *testing.T, s *link.Server) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	return l.Addr().String()
}

func emulators(context.Context) (link.Module, error) { return emulator.New(emulator.Config{}), nil }

func dial(t *testing.T, addr string) *link.Client {
	c, err := link.Dial(t.Context(), addr)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// started returns the driver on a client of a server of emulators.
func started(t *testing.T, engine wifinina.Engine) *wifinina.Device {
	c := dial(t, serve(t, &link.Server{PowerOn: emulators}))
	d := wifinina.New(&wifinina.Config{Bus: c, BootTime: 5 * time.Millisecond, Sockets: engine})
	require.NoError(t, d.Start())
	return d
}

func TestTheDriverRunsOverTheLink(t *testing.T) {
	for name, engine := range map[string]wifinina.Engine{"slots": wifinina.SlotEngine, "bsd": wifinina.BSDEngine} {
		t.Run(name, func(t *testing.T) {
			d := started(t, engine)
			nets, err := d.Scan()
			require.NoError(t, err)
			require.Len(t, nets, 1)
			assert.Equal(t, home.Ssid, nets[0].SSID)
			require.NoError(t, d.NetConnect(&home))
			defer d.NetDisconnect()
			echo(t, d, netdev.SOCK_STREAM, netdev.IPPROTO_TCP, tcpEcho(t))
			echo(t, d, netdev.SOCK_DGRAM, netdev.IPPROTO_UDP, udpEcho(t))
		})
	}
}

// echo sends to a server that sends back and wants the same again.
func echo(t *testing.T, d netdev.Device, kind, protocol int, to netip.AddrPort) {
	fd, err := d.Socket(netdev.AF_INET, kind, protocol)
	require.NoError(t, err)
	require.NoError(t, d.Connect(fd, "", to))
	sent := make([]byte, 1400)
	for i := range sent {
		sent[i] = byte(i * 13)
	}
	_, err = d.Send(fd, sent, 0, time.Now().Add(5*time.Second))
	require.NoError(t, err)
	got := make([]byte, len(sent))
	for n := 0; n < len(got); {
		k, err := d.Recv(fd, got[n:], 0, time.Now().Add(5*time.Second))
		require.NoError(t, err)
		n += k
	}
	assert.Equal(t, sent, got)
	require.NoError(t, d.Close(fd))
}

func tcpEcho(t *testing.T) netip.AddrPort {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c)
			}()
		}
	}()
	return netip.MustParseAddrPort(l.Addr().String())
}

func udpEcho(t *testing.T) netip.AddrPort {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { pc.Close() })
	go func() {
		buf := make([]byte, 2000)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			pc.WriteTo(buf[:n], from)
		}
	}()
	return netip.MustParseAddrPort(pc.LocalAddr().String())
}

// Each connection is a module of its own, that dies with it.
func TestAConnectionIsAModule(t *testing.T) {
	modules := make(chan *emulator.Emulator, 10)
	ended := make(chan error, 10)
	addr := serve(t, &link.Server{
		PowerOn: func(context.Context) (link.Module, error) {
			e := emulator.New(emulator.Config{})
			modules <- e
			return e, nil
		},
		Ident: "emulators",
		Ended: func(_ net.Addr, err error) { ended <- err },
	})
	first, second := dial(t, addr), dial(t, addr)
	for _, c := range []*link.Client{first, second} {
		text, err := c.Ident()
		require.NoError(t, err)
		assert.Equal(t, "emulators", text)
	}
	a, b := <-modules, <-modules
	assert.NotSame(t, a, b)
	require.NoError(t, first.Close())
	assert.NoError(t, <-ended)
	_, errA := a.Attention()
	_, errB := b.Attention()
	assert.Len(t, []error{errA, errB}, 2)
	assert.True(t, (errA == nil) != (errB == nil), "one is gone: %v, %v", errA, errB)
	_, err := second.Attention()
	assert.NoError(t, err)
}

func TestThereAreNoMoreConnectionsThanTheLimit(t *testing.T) {
	ended := make(chan error, 10)
	addr := serve(t, &link.Server{PowerOn: emulators, Limit: 2, Ended: func(_ net.Addr, err error) { ended <- err }})
	first, second := dial(t, addr), dial(t, addr)
	for _, c := range []*link.Client{first, second} {
		_, err := c.Attention()
		require.NoError(t, err)
	}
	_, err := dial(t, addr).Attention()
	assert.Error(t, err)
	assert.Equal(t, link.ErrTooMany, <-ended)
	require.NoError(t, first.Close())
	assert.NoError(t, <-ended)
	_, err = dial(t, addr).Attention()
	assert.NoError(t, err, "there is room again")
}

// A module that can't be had, and a host that talks nonsense, end a connection
// and are told of.
func TestTheEndOfAConnectionIsTold(t *testing.T) {
	ended := make(chan error, 10)
	broken := errors.New("no power")
	tell := func(_ net.Addr, err error) { ended <- err }
	addr := serve(t, &link.Server{PowerOn: func(context.Context) (link.Module, error) { return nil, broken }, Ended: tell})
	_, err := dial(t, addr).Attention()
	assert.Error(t, err)
	assert.Equal(t, broken, <-ended)

	conn, err := net.Dial("tcp", serve(t, &link.Server{PowerOn: emulators, Ended: tell}))
	require.NoError(t, err)
	defer conn.Close()
	conn.Write([]byte("GET / HTTP/1.1\r\n"))
	got, _ := io.ReadAll(conn)
	assert.Equal(t, "\x00?", string(got))
	assert.Equal(t, link.ErrUnknown, <-ended)
}

// The end of a server ends its connections, also one that waits for READY.
func TestTheServersEndIsThatOfItsConnections(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	booting := func(context.Context) (link.Module, error) {
		return emulator.New(emulator.Config{BootTime: time.Hour}), nil
	}
	done := make(chan error, 1)
	go func() { done <- (&link.Server{PowerOn: booting}).Serve(ctx, l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	conn.Write([]byte("RW\x00\xFF\xFF\xFF\xFF"))
	one := make([]byte, 1)
	_, err = io.ReadFull(conn, one)
	require.NoError(t, err, "it waits now")
	start := time.Now()
	cancel()
	require.NoError(t, <-done)
	assert.Less(t, time.Since(start), 5*time.Second)
	_, err = net.Dial("tcp", l.Addr().String())
	assert.Error(t, err)

	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed.Close()
	assert.Error(t, (&link.Server{}).Serve(t.Context(), closed), "a listener that fails is no good end")
}

func TestDialSaysWhyThereIsNobody(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	l.Close()
	_, err = link.Dial(t.Context(), addr)
	assert.ErrorContains(t, err, "refused")
}
