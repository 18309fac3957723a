package emulator

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// adafruit returns Adafruit's current firmware, changed.
func adafruit(change func(*Profile)) Profile {
	p := Adafruit330()
	change(&p)
	return p
}

func TestAdafruitHasSixSlots(t *testing.T) {
	h := newHost(t, Config{Profile: Adafruit330()})
	h.join()
	for slot := range 6 {
		h.expect(getSocketCmd, slotIs(slot))
		h.connect(slot)
	}
	h.expect(getSocketCmd, slotIs(wire.NoSlot))
	h.expect(state(6), stateClosed)
	assert.Len(t, h.Misuses(), 1)
}

// TestStateFreesByVersion: asking for the state of a slot frees it always,
// never, or when it was once connected (reference §4.0 quirk 4).
func TestStateFreesByVersion(t *testing.T) {
	for _, c := range []struct {
		rule            []Quirk
		listens, client int // the next free slot after asking
	}{{[]Quirk{StateFreesSlots}, 0, 0}, {nil, 1, 2}, {[]Quirk{StateFreesDialled}, 1, 1}} {
		h := newHost(t, Config{Profile: adafruit(func(p *Profile) {
			p.Quirks = p.Quirks.Without(StateFreesDialled).With(c.rule...)
		})})
		h.join()
		h.expect(startServer3(freePort(t), 0, 0), okServer)
		h.expect(state(0), stateClosed)
		h.expect(getSocketCmd, slotIs(c.listens))
		peer := h.connect(c.listens)
		require.NoError(t, peer.Close())
		h.poll(state(c.listens), stateClosed)
		h.expect(getSocketCmd, slotIs(c.client))
	}
}

// TestAcceptedSlotsAreNotFreed: only what START_CLIENT_TCP has connected is.
func TestAcceptedSlotsAreNotFreed(t *testing.T) {
	h := newHost(t, Config{Profile: Adafruit330()})
	h.join()
	port := h.serve(0)
	c, err := net.Dial("tcp4", netip.AddrPortFrom(loopback, port).String())
	require.NoError(t, err)
	h.poll(acceptC(0), availIs(1))
	require.NoError(t, c.Close())
	h.poll(state(1), stateClosed)
	h.expect(getSocketCmd, slotIs(2))
	h.expect(stop(1), stopped)
	h.expect(getSocketCmd, slotIs(1))
}

// TestAcceptWithoutTheFlag: a silent client is reported, once, and lost when no
// slot is free.
func TestAcceptWithoutTheFlag(t *testing.T) {
	h := newHost(t, Config{Profile: adafruit(func(p *Profile) { p.Sockets = 3 })})
	h.join()
	port := h.serve(0)
	for slot := 1; slot < 3; slot++ {
		c, err := net.Dial("tcp4", netip.AddrPortFrom(loopback, port).String())
		require.NoError(t, err)
		defer c.Close()
		h.poll(avail(0), availIs(slot))
	}
	h.expect(avail(0), noClient)
}

func TestAClientIsLostForWantOfASlot(t *testing.T) {
	h := newHost(t, Config{Profile: Adafruit330()})
	h.join()
	port := h.serve(0)
	h.mu.Lock()
	for i := range h.fw.slots {
		h.fw.slots[i].kind = min(h.fw.slots[i].kind, udpSlot) // nothing free, and no socket in use
	}
	h.mu.Unlock()
	c, err := net.Dial("tcp4", netip.AddrPortFrom(loopback, port).String())
	require.NoError(t, err)
	defer c.Close()
	gone := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		gone <- err
	}()
	require.Eventually(t, func() bool {
		h.expect(avail(0), noClient)
		return len(gone) > 0
	}, patience, time.Millisecond)
}

// TestNobodyToBroadcastTo: a listening slot writes to the client of its own.
func TestNobodyToBroadcastTo(t *testing.T) {
	for _, broadcasts := range []bool{true, false} {
		p := Arduino150()
		if !broadcasts {
			p.Quirks = p.Quirks.Without(Broadcasts)
		}
		h := newHost(t, Config{Profile: p})
		h.join()
		port := h.serve(0)
		c, err := net.Dial("tcp4", netip.AddrPortFrom(loopback, port).String())
		require.NoError(t, err)
		defer c.Close()
		_, err = c.Write([]byte("x"))
		require.NoError(t, err)
		h.poll(avail(0), availIs(1))
		h.expect(sendDataCmd(0, "hi"), writtenIs(map[bool]int{true: 2, false: 0}[broadcasts]))
	}
}

// TestAFailedWriteCloses: 1.7.7 takes a full send buffer for the end.
func TestAFailedWriteCloses(t *testing.T) {
	network := pipeNetwork{peers: make(chan net.Conn, 1)}
	h := newHost(t, Config{Profile: Adafruit177(), Network: network})
	h.join()
	h.expect(startClient4(80, 0, 0), okStart)
	h.expect(sendDataCmd(0, strings.Repeat("x", 4000)), writtenIs(4000))
	h.expect(sendDataCmd(0, strings.Repeat("x", 4000)), writtenIs(tcpWindow-4000))
	h.expect(state(0), stateOpen)
	h.expect(sendDataCmd(0, "x"), writtenIs(0))
	h.expect(state(0), stateClosed)
}

func TestAdafruit177NoticesNoFIN(t *testing.T) {
	h := newHost(t, Config{Profile: Adafruit177()})
	h.join()
	peer := h.connect(0)
	require.NoError(t, peer.Conn.(*net.TCPConn).CloseWrite())
	time.Sleep(5 * time.Millisecond)
	h.expect(state(0), stateOpen)
}

func TestAFailedLookupKeepsTheOneBefore(t *testing.T) {
	h := newHost(t, Config{Profile: Adafruit330(), Hosts: map[string]netip.Addr{"a.test": loopback}, Network: nowhere{}})
	h.join()
	h.expect("e03500ee", "e0b50104 00000000 ee")
	h.expect(padded("e03401 06 612e74657374 ee"), "e0b40101 01 ee")
	h.expect(padded("e03401 06 622e74657374 ee"), "e0b40101 00 ee")
	h.expect("e03500ee", "e0b50104 7f000001 ee")
}

func TestAdafruitTimeHasEightBytes(t *testing.T) {
	clock := newHandClock(defaultTime)
	h := newHost(t, Config{Profile: Adafruit330(), Clock: clock, BootTime: -1, JoinTime: -1})
	h.expect("e03b00ee", "e0bb0108 0000000000000000 ee")
	h.join()
	h.expect("e03b00ee", fmt.Sprintf("e0bb0108 %08x 00000000 ee", reverse32(uint32(clock.Now().Unix()))))
}

func TestAdafruitADC(t *testing.T) {
	for _, p := range []Profile{Adafruit177(), Adafruit330()} {
		h := newHost(t, Config{Profile: p})
		h.expect("e054 02 01 26 01 03 ee ff", "e0d40104 22060000 ee") // GPIO 38 is channel 2
		h.expect("e054 02 01 02 01 03 ee ff", "e0d40104 ffffffff ee")
	}
}
