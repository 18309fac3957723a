package emulator

import (
	"fmt"
	"net/netip"

	"github.com/stretchr/testify/require"
)

// heard makes the module send the datagram "x" to the first of two sockets of
// the peer, after the second has sent a text, and returns what each has got and
// what the module takes for its remote address.
func heard(text string, times int) func(*demo) string {
	return func(d *demo) string {
		first, second := d.socket(), d.socket()
		d.expect(startServer3(webPort, 0, 1), okServer)
		d.expect(fmt.Sprintf("e02d04 04 %x 02 %04x 01 00 01 01 ee", peerAddr.As4(), first.local.Port()), okStart)
		d.expect(insert(0, "x"), inserted(1))
		_, err := second.WriteToUDPAddrPort([]byte(text), netip.AddrPortFrom(moduleAddr, webPort))
		require.NoError(d.t, err)
		d.settle()
		seen := "second"
		if d.sees(remote(0), 12) == fmt.Sprintf("e0ba0204c0a8016302%04xee", first.local.Port()) {
			seen = "first"
		}
		for range times {
			d.expect(sendUDP(0), sentUDP)
		}
		d.settle()
		return seen + contents(first) + contents(second)
	}
}

// socket returns a new UDP socket of the peer.
func (d *demo) socket() *memorySocket {
	s, err := d.peer.ListenPacket(0, noGroup)
	require.NoError(d.t, err)
	d.t.Cleanup(func() { s.Close() })
	return s.(*memorySocket)
}

// contents returns the datagrams that have arrived.
func contents(s *memorySocket) string {
	s.node.net.mu.Lock()
	defer s.node.net.mu.Unlock()
	text := ":"
	for _, p := range s.mail {
		text += fmt.Sprintf("<%s>", p.data)
	}
	return text
}

var udpQuirks = map[Quirk]demonstration{
	SharedRemote: {act: heard("me first", 1), with: "second::<x>", without: "second:<x>:"},
	SplitDatagrams: {
		act: func(d *demo) string {
			d.expect(startServer3(webPort, 0, 1), okServer)
			_, err := d.socket().WriteToUDPAddrPort([]byte("whole"), netip.AddrPortFrom(moduleAddr, webPort))
			require.NoError(d.t, err)
			d.settle()
			d.expect(getDatabufCmd(0, 2), dataIs("wh"))
			return d.sees(getDatabufCmd(0, 10), 9)
		},
		with:    dataIs("ole"),
		without: nothing + "000000",
	},
	LostEmptyDatagrams: {act: heard("", 1), with: "first:<x>:", without: "second::<x>"},
	KeptDatagram:       {act: heard("", 2), with: "first:<x><x>:", without: "first:<x><>:"},
}
