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

const sentUDP, failedUDP = "e0b9010101ee", "e0b9010100ee"

// udpPeer is a UDP socket on the loopback.
type udpPeer struct {
	*net.UDPConn
	t    *testing.T
	port uint16
}

func newUDPPeer(t *testing.T) udpPeer {
	t.Helper()
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return udpPeer{c, t, addrPort(c.LocalAddr()).Port()}
}

func (p udpPeer) send(to uint16, data string) {
	p.t.Helper()
	_, err := p.WriteToUDPAddrPort([]byte(data), netip.AddrPortFrom(loopback, to))
	require.NoError(p.t, err)
}

// receive returns the next datagram and the port it came from.
func (p udpPeer) receive() (string, uint16) {
	p.t.Helper()
	require.NoError(p.t, p.SetReadDeadline(time.Now().Add(patience)))
	b := make([]byte, 2000)
	n, from, err := p.ReadFromUDPAddrPort(b)
	require.NoError(p.t, err)
	return string(b[:n]), from.Port()
}

func insert(slot int, data string) string {
	return padded(fmt.Sprintf("e04602 0001 %02x %04x %x ee", slot, len(data), data))
}

func inserted(ok int) string { return fmt.Sprintf("e0c60101%02xee", ok) }

func sendUDP(slot int) string { return slotCmd(wire.SendDataUDP, slot) }

func remote(slot int) string { return slotCmd(wire.GetRemoteData, slot) }

func remoteIs(port uint16) string { return fmt.Sprintf("e0ba02047f00000102%04xee", port) }

// udpHost is a host on a joined module whose UDP sockets stay on the loopback.
func udpHost(t *testing.T) *rawHost {
	h := newHost(t, Config{Network: Host{Bind: loopback}})
	h.join()
	return h
}

// openUDP opens a UDP socket in a slot and returns its port, which p learns
// from a first datagram.
func (h *rawHost) openUDP(slot int, p udpPeer) (port uint16) {
	h.t.Helper()
	h.expect(startServer3(0, slot, 1), okServer)
	h.expect(startClient4(p.port, slot, 1), okStart)
	h.expect(insert(slot, "hello"), inserted(1))
	h.expect(sendUDP(slot), sentUDP)
	data, port := p.receive()
	require.Equal(h.t, "hello", data)
	return port
}

func TestDatagrams(t *testing.T) {
	h := udpHost(t)
	p := newUDPPeer(t)
	own := h.openUDP(0, p)
	p.send(own, "first")
	h.poll(avail(0), availIs(5))
	h.expect(remote(0), remoteIs(p.port))
	h.expect("e02c 02 01 00 01 01 ee", "e0ac0101 66 ee") // peek
	h.expect(getDatabufCmd(0, 3), dataIs("fir"))
	h.expect("e02c 02 01 00 01 00 ee", "e0ac0101 73 ee")
	h.expect(avail(0), availIs(1))
	h.expect(getDatabufCmd(0, 100), dataIs("t"))
	h.expect(avail(0), availIs(0))
	h.expect(sendDataCmd(0, "not for UDP"), writtenIs(0))
}

// TestDatagramIsPutTogether: inserts add up, sending empties nothing, and
// START_CLIENT does.
func TestDatagramIsPutTogether(t *testing.T) {
	h := udpHost(t)
	p := newUDPPeer(t)
	h.openUDP(0, p)
	h.expect(insert(0, ", world"), inserted(1))
	h.expect(insert(0, ""), inserted(0))
	for range 2 {
		h.expect(sendUDP(0), sentUDP)
		data, _ := p.receive()
		require.Equal(t, "hello, world", data)
	}
	h.expect(startClient4(p.port, 0, 1), okStart)
	h.expect(sendUDP(0), sentUDP)
	data, _ := p.receive()
	require.Empty(t, data)
}

// TestArrivalsRedirect: a datagram that arrives between START_CLIENT and SEND
// takes the outgoing one to its sender.
func TestArrivalsRedirect(t *testing.T) {
	h := udpHost(t)
	wanted, other := newUDPPeer(t), newUDPPeer(t)
	own := h.openUDP(0, wanted)
	h.expect(startClient4(wanted.port, 0, 1), okStart)
	h.expect(remote(0), remoteIs(wanted.port))
	h.expect(insert(0, "astray"), inserted(1))
	other.send(own, "me first")
	h.poll(avail(0), availIs(8))
	h.expect(remote(0), remoteIs(other.port))
	h.expect(sendUDP(0), sentUDP)
	data, _ := other.receive()
	assert.Equal(t, "astray", data)
}

// TestParse: the next datagram is parsed as soon as the last one is exhausted,
// and takes the remote address with it.
func TestParse(t *testing.T) {
	h := udpHost(t)
	a, b := newUDPPeer(t), newUDPPeer(t)
	own := h.openUDP(0, a)
	a.send(own, "from a")
	h.poll(avail(0), availIs(6))
	b.send(own, "from b!")
	time.Sleep(2 * time.Millisecond)
	h.expect(remote(0), remoteIs(a.port))
	h.expect(getDatabufCmd(0, 100), dataIs("from a"))
	h.poll(remote(0), remoteIs(b.port))
	h.expect(avail(0), availIs(7))
}

// TestOddDatagrams: long ones are cut, empty ones vanish, and those too many
// for the mailbox as well.
func TestOddDatagrams(t *testing.T) {
	h := udpHost(t)
	p := newUDPPeer(t)
	own := h.openUDP(0, p)
	p.send(own, strings.Repeat("x", 1600))
	h.poll(avail(0), availIs(wire.MaxDatagram))
	for range 3 * udpMailbox {
		p.send(own, "kept or dropped")
	}
	time.Sleep(20 * time.Millisecond)
	assert.Len(t, h.receive(0, 2000), wire.MaxDatagram)
	for range udpMailbox {
		h.expect(getDatabufCmd(0, 100), dataIs("kept or dropped"))
	}
	h.expect(getDatabufCmd(0, 100), nothing)
	p.send(own, "")
	p.send(own, "seen")
	h.poll(getDatabufCmd(0, 100), dataIs("seen"))
}

// TestSendBufferOverrun: a datagram holds 1500 bytes.
func TestSendBufferOverrun(t *testing.T) {
	h := udpHost(t)
	p := newUDPPeer(t)
	h.openUDP(0, p)
	h.expect(startClient4(p.port, 0, 1), okStart)
	h.expect(insert(0, strings.Repeat("x", wire.MaxDatagram-1)), inserted(1))
	assert.Empty(t, h.Misuses())
	h.expect(insert(0, "ab"), inserted(1))
	h.expect(insert(0, "c"), inserted(0))
	require.Len(t, h.Misuses(), 2)
	h.expect(sendUDP(0), sentUDP)
	data, _ := p.receive()
	assert.Equal(t, strings.Repeat("x", wire.MaxDatagram-1)+"a", data)
}

// TestUDPWithoutSocket: START_CLIENT opens none, and only SEND tells.
func TestUDPWithoutSocket(t *testing.T) {
	h := udpHost(t)
	h.expect(startClient4(53, 0, 1), okStart)
	h.expect(getSocketCmd, slotIs(1))
	h.expect(insert(0, "x"), inserted(1))
	h.expect(sendUDP(0), failedUDP)
	h.expect(sendUDP(5), failedUDP) // nor here
}

func TestUDPByName(t *testing.T) {
	h := newHost(t, Config{Network: Host{Bind: loopback}, Hosts: map[string]netip.Addr{"peer": loopback}})
	h.join()
	p := newUDPPeer(t)
	h.expect(startServer3(0, 0, 1), okServer)
	byName := "e02d05 %02x %x 04 00000000 02 %04x 01 00 01 01 ee"
	h.expect(padded(fmt.Sprintf(byName, 4, "peer", p.port)), okStart)
	h.expect(sendUDP(0), sentUDP)
	p.receive()
	h.expect(padded(fmt.Sprintf(byName, 0, "", p.port)), okStart)
	h.expect(remote(0), fmt.Sprintf("e0ba02040000000002%04xee", p.port))
}

func TestUDPWithoutLink(t *testing.T) {
	h := udpHost(t)
	p := newUDPPeer(t)
	h.openUDP(0, p)
	h.DropLink(wire.ReasonBeaconTimeout)
	h.expect(sendUDP(0), failedUDP)
	h.RestoreLink()
	h.expect(sendUDP(0), sentUDP) // the socket has outlived it
}

func TestUDPStop(t *testing.T) {
	h := udpHost(t)
	p := newUDPPeer(t)
	own := h.openUDP(0, p)
	p.send(own, "unread")
	h.poll(avail(0), availIs(6))
	h.expect(stop(0), stopped)
	h.expect(avail(0), availIs(0))
	h.expect(startServer3(own, 0, 1), okServer) // the port is free again
	h.expect(avail(0), availIs(6))              // but the object kept its datagram
}

// TestAttentionTakesTurns: the task stops at the first slot with data, so a
// later one is not parsed until that is read.
func TestAttentionTakesTurns(t *testing.T) {
	h := udpHost(t)
	p := newUDPPeer(t)
	first, second := h.openUDP(0, p), h.openUDP(1, p)
	p.send(first, "one")
	h.poll(avail(0), availIs(3))
	p.send(second, "three")
	time.Sleep(2 * time.Millisecond)
	h.expect(avail(1), availIs(0))
	h.expect(getDatabufCmd(0, 100), dataIs("one"))
	h.poll(avail(1), availIs(5))
}

// A groupNetwork tells which multicast group is joined.
type groupNetwork struct {
	Host
	joined chan netip.Addr
}

func (n groupNetwork) ListenPacket(port uint16, group netip.Addr) (PacketConn, error) {
	n.joined <- group
	return n.Host.ListenPacket(port, noGroup)
}

func TestMulticast(t *testing.T) {
	network := groupNetwork{Host{Bind: loopback}, make(chan netip.Addr, 2)}
	h := newHost(t, Config{Network: network})
	h.join()
	h.expect("e02804 04 ef010203 02 0000 01 00 01 03 ee ffffff", okServer)
	assert.Equal(t, "239.1.2.3", (<-network.joined).String())
	h.expect(startServer3(0, 1, 1), okServer)
	assert.False(t, (<-network.joined).IsValid())
	h.expect(getSocketCmd, slotIs(2))
}
