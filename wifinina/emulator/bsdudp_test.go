package emulator

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// TestBSDDatagrams: they keep their bounds, also empty ones, and what was not
// asked for is lost.
func TestBSDDatagrams(t *testing.T) {
	h := bsdHost(t, Config{})
	peer := newUDPPeer(t)
	h.openFD(wire.SockDgram, fd0)
	h.expect(pollFD(fd0), pollIs(wire.PollWrite))
	h.expect(sendToFD(fd0, "7f000001", peer.port, "hi"), sentToIs(2)) // binds
	data, own := peer.receive()
	require.Equal(t, "hi", data)
	peer.send(own, "0123456789")
	peer.send(own, "")
	peer.send(own, "next")
	h.poll(ioctlFD(fd0, wire.FIONREAD, "00000000"), "e0fb01040e000000ee")
	h.fails(recvFromFD(fd0, 4), fromIs(peer.port, "0123"), wire.EOK)
	h.fails(recvFromFD(fd0, 4), fromIs(peer.port, ""), wire.EOK)
	h.fails(recvFD(fd0, 100), recvIs("next"), wire.EOK)
	h.nonBlocking(fd0)
	h.fails(recvFromFD(fd0, 4), "e0fa03 0004 00000000 0002 0000 0000 ee", wire.EAGAIN)
	h.fails(listenFD(fd0, 1), "e0f4010100ee", wire.EOPNOTSUPP)
	h.fails(acceptFD(fd0), noAccept, wire.EOPNOTSUPP)
	h.fails(slotCmd(wire.SocketGetPeerName, fd0), "e0ff030100 0400000000 020000 ee", wire.ENOTCONN)
	assert.Empty(t, h.Misuses())
}

func TestBSDConnectedDatagrams(t *testing.T) {
	h := bsdHost(t, Config{})
	peer, stranger := newUDPPeer(t), newUDPPeer(t)
	h.openFD(wire.SockDgram, fd0)
	h.expect(sendFD(fd0, "nobody"), sentIs(6)) // without a peer it goes nowhere
	h.expect(connectFD(fd0, peer.port), connectOK)
	h.expect(sendFD(fd0, "to the peer"), sentIs(11))
	data, own := peer.receive()
	require.Equal(t, "to the peer", data)
	h.write(recvFromFD(fd0, 50))
	h.silence()
	stranger.send(own, "let me in")
	h.silence()
	peer.send(own, "me")
	require.Equal(t, strings.ReplaceAll(fromIs(peer.port, "me"), " ", ""), h.read(18))
}

func TestBSDRecvTimeout(t *testing.T) {
	h := bsdHost(t, Config{})
	h.openFD(wire.SockDgram, fd0)
	h.expect(setOptFD(fd0, wire.SORecvTimeout, "0000000088130000"), "e0fd010101ee")
	h.expect(getOptFD(fd0, wire.SORecvTimeout, 8), optIs("0000000088130000"))
	h.fails(recvFD(fd0, 10), noRecv, wire.EAGAIN)
}

// TestBSDOptions: a flag reads as its bit.
func TestBSDOptions(t *testing.T) {
	const ok, no = "e0fd010101ee", "e0fd010100ee"
	h := bsdHost(t, Config{})
	h.openFD(wire.SockStream, fd0)
	h.openFD(wire.SockDgram, fd0+1)
	for _, name := range []uint32{wire.SOReuseAddr, wire.SOKeepAlive, wire.SOBroadcast} {
		h.expect(getOptFD(fd0+1, name, 4), optIs("00000000"))
		h.expect(setOptFD(fd0+1, name, "01000000"), ok)
		h.expect(getOptFD(fd0+1, name, 8), optIs(map[uint32]string{4: "04", 8: "08", 32: "20"}[name]+"00000000000000"))
		h.expect(setOptFD(fd0+1, name, "00000000"), ok)
		h.expect(getOptFD(fd0+1, name, 4), optIs("00000000"))
	}
	h.fails(setOptFD(fd0, wire.SOBroadcast, "01000000"), no, wire.ENOPROTOOPT)
	h.fails(setOptFD(fd0, wire.SOLinger, "0100000000000000"), no, wire.ENOPROTOOPT)
	h.fails(setOptFD(fd0, wire.SOType, "01000000"), no, wire.ENOPROTOOPT)
	h.fails(setOptFD(fd0, wire.SOKeepAlive, "0100"), no, wire.EINVAL)
	h.fails(setOptFD(fd0, wire.SORecvTimeout, "01000000"), no, wire.EINVAL)
	h.fails(setOptFD(fd0, wire.SORecvTimeout, "ffffffff00000000"), no, wire.EINVAL)
	h.fails(getOptFD(fd0, 0x4242, 4), optIs(""), wire.ENOPROTOOPT)
	h.fails(getOptFD(fd0, wire.SOType, 3), optIs(""), wire.EINVAL)
	h.expect(getOptFD(fd0, wire.SOType, 4), optIs("01000000"))
	h.expect(getOptFD(fd0+1, wire.SOType, 4), optIs("02000000"))
	h.expect(getOptFD(fd0, wire.SORcvBuf, 4), optIs("ffffff7f"))
	h.expect(setOptFD(fd0, wire.SORcvBuf, "00100000"), ok)
	h.expect(getOptFD(fd0, wire.SORcvBuf, 4), optIs("00100000"))
	h.fails(ioctlFD(fd0, 0x1234, "00000000"), "e0fb0100ee", wire.ENOSYS)
}
