package emulator

import (
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// onMemory returns a host on an emulator that has joined, and its network.
func onMemory(t *testing.T, lan *Memory, cfg Config) *rawHost {
	t.Helper()
	cfg.Network = lan.Node(moduleAddr)
	h := newHost(t, cfg)
	h.join()
	return h
}

// startClientAt is the command to reach a port by TCP.
func startClientAt(to netip.AddrPort, slot int) string {
	o := to.Addr().As4()
	return fmt.Sprintf("e02d04 04 %x 02 %04x 01 %02x 01 00 ee", o, to.Port(), slot)
}

// echo serves a port: whatever comes goes back. It ends when its clients have.
func echo(t *testing.T, n *Node, port uint16) {
	t.Helper()
	ln, err := n.Listen(port)
	require.NoError(t, err)
	var clients sync.WaitGroup
	t.Cleanup(func() {
		ln.Close()
		clients.Wait()
	})
	clients.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			clients.Go(func() {
				defer c.Close()
				io.Copy(c, c)
			})
		}
	})
}

// TestSessionInABubble is a client session of an hour, in no time.
func TestSessionInABubble(t *testing.T) {
	cfg := MemoryConfig{Latency: latency, Names: map[string]netip.Addr{"echo.test": peerAddr}}
	inBubble(t, cfg, func(t *testing.T, lan *Memory) {
		echo(t, lan.Node(peerAddr), webPort)
		h := onMemory(t, lan, Config{BootTime: RealBootTime, JoinTime: 3 * time.Second})
		h.expect("e03401 09"+hex.EncodeToString([]byte("echo.test"))+"eeffff", "e0b40101 01 ee")
		h.expect("e03500ee", "e0b50104 c0a80163 ee")
		start := time.Now()
		h.expect(startClientAt(netip.AddrPortFrom(peerAddr, webPort), 0), "e0ad0101 01 ee")
		assert.Equal(t, 2*latency, time.Since(start), "READY stays high for a round trip")
		for range 60 {
			start = time.Now()
			h.expect(sendDataCmd(0, "hello"), "e0c40102 0500 ee")
			h.poll(slotCmd(0x2B, 0), "e0ab0102 0500 ee")
			assert.InDelta(t, 2*latency, time.Since(start), float64(time.Millisecond))
			h.expect(getDatabufCmd(0, 10), "e0c501 0005 68656c6c6f ee")
			time.Sleep(time.Minute)
		}
		h.expect(slotCmd(0x2E, 0), "e0ae0101 01 ee")
	})
}

// TestManyConnections: what a connection takes it gives back.
func TestManyConnections(t *testing.T) {
	inBubble(t, MemoryConfig{Latency: time.Millisecond}, func(t *testing.T, lan *Memory) {
		echo(t, lan.Node(peerAddr), webPort)
		h := onMemory(t, lan, Config{})
		for range 300 {
			for slot := range 10 {
				h.expect(startClientAt(netip.AddrPortFrom(peerAddr, webPort), slot), "e0ad0101 01 ee")
			}
			for slot := range 10 {
				h.expect(slotCmd(0x2E, slot), "e0ae0101 01 ee")
			}
		}
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Empty(t, lan.conns)
		assert.Empty(t, h.fw.live)
		assert.NotContains(t, h.fw.fds, true)
	})
}

// TestServerInABubble: peers come and go, one of them by a RST.
func TestServerInABubble(t *testing.T) {
	inBubble(t, MemoryConfig{Latency: latency}, func(t *testing.T, lan *Memory) {
		h := onMemory(t, lan, Config{})
		h.expect(startServer3(webPort, 0, 0), "e0a80101 01 ee")
		c, err := lan.Node(peerAddr).Dial(t.Context(), netip.AddrPortFrom(moduleAddr, webPort))
		require.NoError(t, err)
		h.poll("e02b02 01 00 01 01 ee", "e0ab0102 0100 ee")
		_, err = c.Write([]byte("GET"))
		require.NoError(t, err)
		h.poll(slotCmd(0x2B, 1), "e0ab0102 0300 ee")
		h.expect(getDatabufCmd(1, 10), "e0c501 0003 474554 ee")
		h.expect(slotCmd(0x2F, 1), "e0af0101 04 ee")
		lan.Reset(addrPort(c.LocalAddr()))
		h.poll(slotCmd(0x2F, 1), "e0af0101 00 ee")
	})
}

// TestFullSendBuffer: a peer that does not read fills its window and then the
// firmware's, which says so by taking nothing.
func TestFullSendBuffer(t *testing.T) {
	inBubble(t, MemoryConfig{Window: 1000}, func(t *testing.T, lan *Memory) {
		h := onMemory(t, lan, Config{})
		ln, err := lan.Node(peerAddr).Listen(webPort)
		require.NoError(t, err)
		h.expect(startClientAt(netip.AddrPortFrom(peerAddr, webPort), 0), "e0ad0101 01 ee")
		far, err := ln.Accept()
		require.NoError(t, err)
		chunk := string(fill(1436, 'x'))
		for range 4 {
			h.expect(sendDataCmd(0, chunk), "e0c40102 9c05 ee")
			time.Sleep(time.Second)
		}
		h.expect(sendDataCmd(0, chunk), "e0c40102 0000 ee") // a send in progress fills the buffer until it is done
		go io.Copy(io.Discard, far)
		time.Sleep(time.Second)
		h.expect(sendDataCmd(0, chunk), "e0c40102 9c05 ee")
		require.NoError(t, ln.Close())
		require.NoError(t, far.Close())
	})
}

// TestBlackHoleInABubble: a connect nobody answers holds READY for 30 s, and a
// reset frees the chip at once.
func TestBlackHoleInABubble(t *testing.T) {
	inBubble(t, MemoryConfig{}, func(t *testing.T, lan *Memory) {
		h := onMemory(t, lan, Config{})
		lan.SetReach(peerAddr, BlackHole)
		h.write(startClientAt(netip.AddrPortFrom(peerAddr, webPort), 0))
		d, err := h.WaitReady(bus.Armed, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, connectTimeout, d)
		assert.Equal(t, "e0ad00ee", h.read(4))
		h.write(startClientAt(netip.AddrPortFrom(peerAddr, webPort), 0))
		start := time.Now()
		h.restart(bus.High)
		assert.Zero(t, time.Since(start))
		h.expect(askStatus, isIdle)
	})
}

func TestDatagramsInABubble(t *testing.T) {
	inBubble(t, MemoryConfig{Latency: latency}, func(t *testing.T, lan *Memory) {
		h := onMemory(t, lan, Config{})
		peer, err := lan.Node(peerAddr).ListenPacket(123, noGroup)
		require.NoError(t, err)
		t.Cleanup(func() { peer.Close() })
		h.expect(startServer3(2390, 0, 1), "e0a80101 01 ee")
		_, err = peer.WriteToUDPAddrPort([]byte("tick"), netip.AddrPortFrom(moduleAddr, 2390))
		require.NoError(t, err)
		h.poll(slotCmd(0x2B, 0), "e0ab0102 0400 ee")
		h.expect(slotCmd(0x3A, 0), "e0ba02 04 c0a80163 02 007b ee")
	})
}
