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

// offer sends of p what there is room for, without waiting.
func (u *uart) offer(p []byte) int {
	now := time.Now()
	if u.idle.Before(now) {
		u.idle = now
	}
	n := min(len(p), int((u.takes(u.fifo)-u.idle.Sub(now))/u.takes(1)))
	u.idle = u.idle.Add(u.takes(n))
	u.sent.Write(p[:n])
	_, _ = u.to.Write(p[:n])
	return n
}

// takes returns how long the line takes for n bytes.
func (u *uart) takes(n int) time.Duration {
	return time.Duration(n) * 10 * time.Second / time.Duration(u.baud)
}

// A virtualBoard is the driver with a recorder, on an emulated coprocessor. Its
// recorder and its program use one uart.
type virtualBoard struct {
	*uart
	bulk int  // how many bytes it fetches from time to time
	live bool // it drops what the line does not take, and does not wait

	port    io.Writer    // what the program prints to
	all     bytes.Buffer // live: what a recorder has recorded that lost nothing
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
		rec, end := b.recorder(t, counted{chip, &b.selects})
		dev := wifinina.New(&wifinina.Config{Bus: rec})
		home := sessions.Home
		require.NoError(t, dev.NetConnect(&home))
		b.program(t, dev, long)
		end()
	})
}

// recorder returns the recorder of the board, and what ends its recording.
func (b *virtualBoard) recorder(t *testing.T, link bus.Bus) (rec *capture.Recorder, end func()) {
	cfg := capture.Config{FlushAfter: 100 * time.Millisecond}
	if !b.live {
		rec, err := capture.NewRecorder(link, b.uart, wire.SecretSpans, cfg)
		require.NoError(t, err)
		b.port = b.uart
		return rec, func() { require.NoError(t, rec.Close()) }
	}
	whole, err := capture.NewRecorder(link, &b.all, wire.SecretSpans, cfg)
	require.NoError(t, err)
	ring := capture.NewRing(make([]byte, 8<<10), b.offer)
	cfg.Live = true
	rec, err = capture.NewRecorder(whole, ring, wire.SecretSpans, cfg)
	require.NoError(t, err)
	b.port = ring
	return rec, func() {
		require.NoError(t, whole.Close())
		for rec.Close() != nil {
			time.Sleep(time.Millisecond)
		}
		for ring.Drain() > 0 {
			time.Sleep(time.Millisecond)
		}
	}
}

// println is what the program has for words. Nothing keeps it apart from frames
// but that both are written whole.
func (b *virtualBoard) println(format string, args ...any) {
	text := fmt.Sprintf(format, args...) + "\r\n"
	if n, err := io.WriteString(b.port, text); n == len(text) && err == nil {
		b.said.WriteString(text)
	}
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

// A census is what a trace holds.
type census struct {
	windows, records int // that happened, those that are not whole too
	dropped          uint64
	missing          capture.Loss // but for what was dropped
	parts            int          // windows that are not whole
	said             []byte
	last             time.Duration
}

func take(t *testing.T, trace []byte) (c census) {
	r := capture.NewReader(bytes.NewReader(trace))
	var rec capture.Record
	for {
		err := r.Next(&rec)
		if err == io.EOF {
			return c
		}
		require.NoError(t, err)
		c.last = rec.Time
		switch rec.Kind {
		case capture.KindText:
			c.said = append(c.said, rec.Text...)
			continue
		case capture.KindLoss:
			c.dropped += rec.Loss.Records
			c.missing.Frames += rec.Loss.Frames
			c.missing.Bytes += rec.Loss.Bytes
			continue
		case capture.KindWindow:
			c.windows++
			if rec.Window.Status&capture.Incomplete != 0 {
				c.parts++
			}
		}
		c.records++
	}
}

// requireWhole demands of a trace all that happened on the board, and of one
// that was recorded live that it says how much of it is not there.
func (b *virtualBoard) requireWhole(t *testing.T, trace []byte, long time.Duration) {
	t.Helper()
	got := take(t, trace)
	require.Zero(t, got.missing)
	require.Equal(t, b.said.String(), string(got.said))
	assert.Greater(t, got.last, long)
	if !b.live {
		require.Equal(t, b.selects, got.windows)
		require.Zero(t, got.dropped)
		require.Zero(t, got.parts)
		return
	}
	all := take(t, b.all.Bytes())
	require.Equal(t, b.selects, all.windows)
	require.Equal(t, uint64(all.records), uint64(got.records)+got.dropped, "what was recorded is what arrived and what was dropped")
	t.Logf("%d records sent, %d received, %d of them in part, %d dropped", all.records, got.records, got.parts, got.dropped)
}
