package emulator

import (
	"context"
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// restart resets the chip as a driver does.
func (h *rawHost) restart(strap bus.Drive) {
	h.t.Helper()
	require.NoError(h.t, h.DriveGPIO0(strap))
	require.NoError(h.t, h.Reset(true))
	require.NoError(h.t, h.Reset(false))
	require.NoError(h.t, h.DriveGPIO0(bus.Released))
}

func TestResetForgetsEverything(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	peer := h.connect(0)
	require.NoError(t, h.Reset(true))
	_, err := peer.Read(make([]byte, 1))
	require.Error(t, err, "sockets end with RESETN")
	h.silence()
	require.NoError(t, h.Reset(false))
	h.expect(askStatus, isIdle)
	h.expect("e03f00ee", "e0bf010100ee")
}

func TestBootStraps(t *testing.T) {
	h := newHost(t, Config{})
	h.restart(bus.High)
	h.expect(askStatus, isIdle)
	h.restart(bus.Low)
	h.silence() // the ROM loader
	h.restart(bus.Released)
	h.expect(askStatus, isIdle)

	require.NoError(t, h.Reset(true))
	require.NoError(t, h.Select())
	require.NoError(t, h.Reset(false))
	_, err := h.Deselect()
	require.NoError(t, err)
	h.silence() // Bluetooth mode
}

func TestAttentionBeforeAndAfterBoot(t *testing.T) {
	h := newHost(t, Config{})
	line := func() bool {
		level, err := h.Attention()
		require.NoError(t, err)
		return level
	}
	h.await(bus.Armed)
	assert.False(t, line())
	require.NoError(t, h.Reset(true))
	assert.True(t, line(), "pulled up")
	require.NoError(t, h.DriveGPIO0(bus.Low))
	assert.False(t, line(), "what the host drives")
	require.NoError(t, h.DriveGPIO0(bus.High))
	assert.True(t, line())
}

// A blackHole is a network where nobody answers.
type blackHole struct{ Host }

func (blackHole) Dial(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (blackHole) Lookup(ctx context.Context, _ string) (netip.Addr, error) {
	<-ctx.Done()
	return netip.Addr{}, ctx.Err()
}

// TestResetWhileACommandBlocks: READY stays high, a time-out is all the host
// gets, and a reset helps.
func TestResetWhileACommandBlocks(t *testing.T) {
	for _, request := range []string{
		startClient4(80, 0, 0),
		"e03401 04 686f7374 ee ffff ff ff",
		padded("e02d05 04 686f7374 04 00000000 02 01bb 01 00 01 02 ee"),
	} {
		h := newHost(t, Config{Network: blackHole{}})
		h.join()
		h.write(request)
		h.silence()
		h.restart(bus.High)
		h.expect(askStatus, isIdle)
	}
}

func TestCloseEndsABlockedWait(t *testing.T) {
	e := New(Config{Network: blackHole{}})
	h := &rawHost{t: t, Emulator: e}
	h.join()
	h.write(startClient4(80, 0, 0))
	failed := make(chan error)
	go func() {
		_, err := e.WaitReady(bus.Armed, time.Hour)
		failed <- err
	}()
	require.NoError(t, e.Close())
	require.ErrorIs(t, <-failed, bus.ErrClosed)
}

func TestClosed(t *testing.T) {
	e := New(Config{})
	require.NoError(t, e.Close())
	require.NoError(t, e.Close())
	_, err := e.WaitReady(bus.Armed, time.Hour)
	require.ErrorIs(t, err, bus.ErrClosed)
	_, err = e.Deselect()
	require.ErrorIs(t, err, bus.ErrClosed)
	_, err = e.Attention()
	require.ErrorIs(t, err, bus.ErrClosed)
	require.ErrorIs(t, e.Select(), bus.ErrClosed)
	require.ErrorIs(t, e.Tx(nil, nil), bus.ErrClosed)
	require.ErrorIs(t, e.Reset(true), bus.ErrClosed)
	require.ErrorIs(t, e.DriveGPIO0(bus.High), bus.ErrClosed)
}

// TestNoLeaks: whatever is open or blocked, RESETN and Close end it before
// they return.
func TestNoLeaks(t *testing.T) {
	before := runtime.NumGoroutine()
	h := &rawHost{t: t, Emulator: New(Config{})}
	for range 3 {
		h.join()
		peer := h.connect(0)
		h.connect(1)
		h.connect(1) // the first one leaks inside the firmware
		port := freePort(t)
		h.expect(startServer3(port, 2, 0), "e0a8010101ee")
		h.expect(startServer3(0, 3, 1), "e0a8010101ee")
		h.expect(startServer3(0, 3, 1), "e0a8010101ee") // again
		c, err := net.Dial("tcp4", netip.AddrPortFrom(loopback, port).String())
		require.NoError(t, err)
		defer c.Close()
		peer.send("unread")
		h.expect(sendDataCmd(1, "unsent"), "e0c401020600ee")
		h.expect(slotCmd(0x2E, 1), "e0ae010101ee")
		h.restart(bus.High)
		requireGoroutines(t, before)
	}
	require.NoError(t, h.Close())
	requireGoroutines(t, before)
}

// requireGoroutines requires that there are no more than n. One that has told
// its end may still be counted for a moment.
func requireGoroutines(t *testing.T, n int) {
	t.Helper()
	for end := time.Now().Add(time.Second); runtime.NumGoroutine() > n && time.Now().Before(end); {
		runtime.Gosched()
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), n)
}
