//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/internal/sessions"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A uart is the serial line of a virtual board, in virtual time: it sends so
// many bytes a second and holds a few. Write waits for room, as a board does
// that must lose nothing.
type uart struct {
	to   io.Writer // the other end, which takes no virtual time
	baud int       // 10 bits a byte
	fifo int
	idle time.Time // when all is sent

	sent   bytes.Buffer  // all of it
	waited time.Duration // for room
}

// Write implements io.Writer.
func (u *uart) Write(p []byte) (int, error) {
	now := time.Now()
	if u.idle.Before(now) {
		u.idle = now
	}
	u.idle = u.idle.Add(u.takes(len(p)))
	if wait := u.idle.Sub(now) - u.takes(u.fifo); wait > 0 {
		u.waited += wait
		time.Sleep(wait)
	}
	u.sent.Write(p)
	return u.to.Write(p)
}

// takes returns how long the line takes for n bytes.
func (u *uart) takes(n int) time.Duration {
	return time.Duration(n) * 10 * time.Second / time.Duration(u.baud)
}

// A virtualBoard is the driver with a recorder, on an emulated coprocessor. Its
// recorder and its program use one uart.
type virtualBoard struct {
	*uart
	bulk int // how many bytes it fetches from time to time

	selects int          // what happened on the bus
	said    bytes.Buffer // what the program printed
}

// Select is counted below the recorder.
type counted struct {
	bus.Bus
	n *int
}

func (c counted) Select() error {
	*c.n++
	return c.Bus.Select()
}

var (
	boardAddr = netip.MustParseAddr("192.168.1.23")
	peerAddr  = netip.MustParseAddr("192.168.1.99")
)

// run boots the board and lets its program run for so long, in virtual time.
func (b *virtualBoard) run(t *testing.T, long time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		lan := emulator.NewMemory(emulator.MemoryConfig{Latency: 2 * time.Millisecond})
		l, err := lan.Node(peerAddr).Listen(80)
		require.NoError(t, err)
		go b.serve(t.Context(), l)
		chip := emulator.New(emulator.Config{
			AccessPoints: []emulator.AccessPoint{emulator.DefaultAccessPoint()},
			Network:      lan.Node(boardAddr),
			Pacing:       emulator.Realistic8MHz(),
		})
		t.Cleanup(func() {
			assert.NoError(t, chip.Close())
			assert.NoError(t, l.Close())
			synctest.Wait()
		})
		rec, err := capture.NewRecorder(counted{chip, &b.selects}, b.uart, wire.SecretSpans, capture.Config{FlushAfter: 100 * time.Millisecond})
		require.NoError(t, err)
		dev := wifinina.New(&wifinina.Config{Bus: rec})
		home := sessions.Home
		require.NoError(t, dev.NetConnect(&home))
		b.program(t, dev, long)
		require.NoError(t, rec.Close())
	})
}

// println is what the program has for words. Nothing keeps it apart from frames
// but that both are written whole.
func (b *virtualBoard) println(format string, args ...any) {
	text := fmt.Sprintf(format, args...) + "\r\n"
	b.said.WriteString(text)
	_, _ = io.WriteString(b.uart, text)
}

// serve answers each 64 bytes with the same, or with a lot.
func (b *virtualBoard) serve(ctx context.Context, l net.Listener) {
	c, err := l.Accept()
	if err != nil {
		return
	}
	context.AfterFunc(ctx, func() { c.Close() })
	p := make([]byte, 64)
	for n := 1; ; n++ {
		if _, err := io.ReadFull(c, p); err != nil {
			return
		}
		answer := p
		if n%10 == 0 {
			answer = bytes.Repeat(p, b.bulk/len(p))
		}
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
}

// program asks again and again, and prints.
func (b *virtualBoard) program(t *testing.T, dev *wifinina.Device, long time.Duration) {
	start := time.Now()
	fd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	require.NoError(t, err)
	require.NoError(t, dev.Connect(fd, "", netip.AddrPortFrom(peerAddr, 80)))
	buf := make([]byte, 2048)
	for n := 1; time.Since(start) < long; n++ {
		want := 64
		if n%10 == 0 {
			want = b.bulk
		}
		_, err := dev.Send(fd, bytes.Repeat([]byte{byte(n)}, 64), 0, time.Time{})
		require.NoError(t, err)
		for got := 0; got < want; {
			k, err := dev.Recv(fd, buf, 0, time.Time{})
			require.NoError(t, err)
			got += k
		}
		b.println("%d: %d bytes after %v, grüße", n, want, time.Since(start).Round(time.Millisecond))
		time.Sleep(400 * time.Millisecond)
	}
	require.NoError(t, dev.Close(fd))
}

// requireWhole demands of a trace all that happened on the board.
func (b *virtualBoard) requireWhole(t *testing.T, trace []byte, long time.Duration) {
	t.Helper()
	r := capture.NewReader(bytes.NewReader(trace))
	var rec capture.Record
	var said []byte
	windows := 0
	last := time.Duration(0)
	for {
		err := r.Next(&rec)
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		switch rec.Kind {
		case capture.KindWindow:
			windows++
			require.Zero(t, rec.Window.Status&capture.Incomplete)
		case capture.KindText:
			said = append(said, rec.Text...)
		case capture.KindLoss:
			require.Failf(t, "lost", "%+v", rec.Loss)
		}
		last = rec.Time
	}
	require.Equal(t, b.selects, windows)
	require.Equal(t, b.said.String(), string(said))
	assert.Greater(t, last, long)
}
