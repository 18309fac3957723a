package replay

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// driver is the driver under replay.
func driver(b bus.Bus, c bus.Clock) netdev.Device {
	return wifinina.New(&wifinina.Config{Bus: b, Clock: c})
}

// record runs a program on an emulator and returns the trace of it.
func record(t *testing.T, program func(t *testing.T, dev netdev.Device)) []byte {
	t.Helper()
	e := emulator.New(emulator.Config{})
	defer e.Close()
	var out bytes.Buffer
	rec, err := capture.NewRecorder(e, &out, wire.SecretSpans, capture.Config{})
	require.NoError(t, err)
	program(t, wifinina.New(&wifinina.Config{Bus: rec, BootTime: 5 * time.Millisecond}))
	require.NoError(t, rec.Close())
	return out.Bytes()
}

// load returns a trace of bytes.
func load(t *testing.T, file []byte) *Trace {
	t.Helper()
	trace, err := Load("test.nina", bytes.NewReader(file))
	require.NoError(t, err)
	return trace
}

// join joins the emulator's access point.
func join(t *testing.T, dev netdev.Device) {
	t.Helper()
	require.NoError(t, dev.NetConnect(&netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "ninatrace", Retries: 1}))
}

// echoServer returns the address of a server that sends back what it gets.
func echoServer(t *testing.T) netip.AddrPort {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp4", "127.0.0.1:0")
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

// echoes is a program: it sends words to a server and reads them back, with a
// timeout at the end.
func echoes(to netip.AddrPort, words ...string) func(t *testing.T, dev netdev.Device) {
	return func(t *testing.T, dev netdev.Device) {
		join(t, dev)
		fd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
		require.NoError(t, err)
		require.NoError(t, dev.Connect(fd, "", to))
		buf := make([]byte, 100)
		for _, w := range words {
			_, err := dev.Send(fd, []byte(w), 0, time.Time{})
			require.NoError(t, err)
			n, err := dev.Recv(fd, buf, 0, time.Now().Add(10*time.Second))
			require.NoError(t, err)
			assert.Equal(t, w, string(buf[:n]))
		}
		_, err = dev.Recv(fd, buf, 0, time.Now().Add(20*time.Millisecond))
		require.ErrorIs(t, err, netdev.ErrTimeout)
		require.NoError(t, dev.Close(fd))
	}
}

func TestARecordedSessionReplays(t *testing.T) {
	to := echoServer(t)
	trace := load(t, record(t, echoes(to, "one", "two")))
	for range 20 {
		r := trace.Replay(driver)
		if r.Divergence != nil {
			t.Fatal(r.Divergence.Report())
		}
		require.True(t, r.OK())
		assert.Equal(t, 9, r.Calls)
		assert.Greater(t, r.Exchanges, 10)
	}
}

// The same program runs on the trace, with deadlines by the wall clock.
func TestTheProgramItselfReplays(t *testing.T) {
	to := echoServer(t)
	program := echoes(to, "one", "two")
	file := filepath.Join(t.TempDir(), "echo.nina")
	require.NoError(t, os.WriteFile(file, record(t, program), 0o644))
	Test(t, file, driver, program)
}

// Calls of several goroutines take the bus in the recorded order, every time.
func TestOverlappingCallsReplay(t *testing.T) {
	to := echoServer(t)
	trace := load(t, record(t, func(t *testing.T, dev netdev.Device) {
		join(t, dev)
		var wg sync.WaitGroup
		for i := range 4 {
			fd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
			require.NoError(t, err)
			require.NoError(t, dev.Connect(fd, "", to))
			wg.Add(2)
			go func() {
				defer wg.Done()
				buf := make([]byte, 3000)
				for got := 0; got < 6000; {
					n, err := dev.Recv(fd, buf, 0, time.Time{})
					if !assert.NoError(t, err) {
						return
					}
					got += n
				}
			}()
			go func() {
				defer wg.Done()
				_, err := dev.Send(fd, bytes.Repeat([]byte{byte(i)}, 6000), 0, time.Time{})
				assert.NoError(t, err)
			}()
		}
		wg.Wait()
	}))
	for range 50 {
		r := trace.Replay(driver)
		if r.Divergence != nil {
			t.Fatal(r.Divergence.Report())
		}
	}
}
