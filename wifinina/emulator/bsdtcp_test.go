package emulator

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func TestBSDStream(t *testing.T) {
	h := bsdHost(t, Config{})
	peer := h.connectBSD(fd0)
	port := addrPort(peer.LocalAddr()).Port()
	h.expect(slotCmd(wire.SocketGetPeerName, fd0), fmt.Sprintf("e0ff030101 047f000001 02%02x%02x ee", port&0xFF, port>>8))
	h.fails(connectFD(fd0, 9), noConnect, wire.EISCONN)
	h.fails(listenFD(fd0, 1), "e0f4010100ee", wire.EINVAL)
	h.fails(bindFD(fd0, 1), "e0f3010100ee", wire.EINVAL)
	h.expect(pollFD(fd0), pollIs(wire.PollWrite))
	h.fails(sendFD(fd0, "ping"), sentIs(4), wire.EOK)
	require.Equal(t, "ping", peer.receive(4))
	h.write(recvFD(fd0, 3)) // waits
	h.silence()
	peer.send("pong!")
	require.Equal(t, recvIs("pon"), h.read(9))
	h.expect(ioctlFD(fd0, wire.FIONREAD, "00000000"), "e0fb010402000000ee")
	h.expect(pollFD(fd0), pollIs(wire.PollRead|wire.PollWrite))
	h.nonBlocking(fd0)
	h.expect(recvFromFD(fd0, 9), fromIs(port, "g!"))
	h.fails(recvFD(fd0, 9), noRecv, wire.EAGAIN)
	level, err := h.Attention()
	require.NoError(t, err)
	assert.False(t, level)

	require.NoError(t, peer.Conn.(*net.TCPConn).CloseWrite())
	h.poll(pollFD(fd0), pollIs(wire.PollRead|wire.PollWrite))
	h.fails(recvFD(fd0, 9), noRecv, wire.ENOTCONN) // the end of the stream
	h.expect(sendFD(fd0, "still"), sentIs(5))      // half-closed
	h.expect(closeFD(fd0), closedIs(1))
	require.Equal(t, "still", peer.receive(5))
	_, err = peer.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
}

// TestBSDBulk moves much more than the buffers hold, both ways.
func TestBSDBulk(t *testing.T) {
	h := bsdHost(t, Config{})
	peer := h.connectBSD(fd0)
	data := make([]byte, 300_000)
	rand.Read(data)
	sum := make(chan [32]byte, 1)
	go func() {
		got, _ := io.ReadAll(io.LimitReader(peer, int64(len(data))))
		sum <- sha256.Sum256(got)
		peer.Write(data)
	}()
	for rest := data; len(rest) > 0; {
		n := min(len(rest), wire.MaxSend)
		h.expect(sendFD(fd0, string(rest[:n])), sentIs(n)) // blocks until all is taken
		rest = rest[n:]
	}
	require.Equal(t, sha256.Sum256(data), <-sum)
	var got []byte
	for len(got) < len(data) {
		h.write(recvFD(fd0, 0xFFFF))
		reply := h.window(fill(wire.MaxFrame, 0xFF))
		n := int(reply[3])<<8 | int(reply[4])
		require.Positive(t, n)
		require.LessOrEqual(t, n, wire.MaxSockRecv)
		got = append(got, reply[5:5+n]...)
	}
	require.True(t, bytes.Equal(data, got))
	assert.Empty(t, h.Misuses())
}

func TestBSDConnectRefused(t *testing.T) {
	h := bsdHost(t, Config{})
	port := freePort(t)
	h.openFD(wire.SockStream, fd0)
	h.fails(sendFD(fd0, "x"), sentIs(0), wire.ENOTCONN)
	h.fails(connectFD(fd0, port), noConnect, wire.ECONNRESET)
	h.expect(pollFD(fd0), pollIs(7))
	h.fails(connectFD(fd0, port), noConnect, wire.ENOTCONN)
	h.expect(getOptFD(fd0, wire.SOError, 4), optIs("68000000"))
	h.expect(getOptFD(fd0, wire.SOError, 4), optIs("00000000"))
	h.fails(recvFD(fd0, 9), noRecv, wire.ENOTCONN)
}

// A gatedNetwork connects, or does not, when it is told how.
type gatedNetwork struct {
	nowhere
	outcome chan error
	peers   chan net.Conn
}

func (n gatedNetwork) Dial(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case err := <-n.outcome:
		if err != nil {
			return nil, err
		}
	}
	own, peer := net.Pipe()
	n.peers <- peer
	return own, nil
}

func newGate() gatedNetwork {
	return gatedNetwork{outcome: make(chan error), peers: make(chan net.Conn, 1)}
}

func TestBSDNonBlockingConnect(t *testing.T) {
	gate := newGate()
	h := bsdHost(t, Config{Network: gate})
	for i, c := range []struct {
		err  error
		bits int
		so   wire.Errno
	}{
		{nil, wire.PollWrite, wire.EOK},
		{syscall.ECONNREFUSED, 7, wire.ECONNRESET},
		{syscall.EHOSTUNREACH, 7, wire.ECONNABORTED},
	} {
		fd := h.openFD(wire.SockStream, fd0+i)
		h.nonBlocking(fd)
		h.fails(connectFD(fd, 80), noConnect, wire.EINPROGRESS)
		h.fails(connectFD(fd, 80), noConnect, wire.EALREADY)
		h.expect(pollFD(fd), pollIs(0))
		h.fails(sendFD(fd, "x"), sentIs(0), wire.EINPROGRESS)
		h.fails(recvFD(fd, 1), noRecv, wire.EAGAIN)
		gate.outcome <- c.err
		h.poll(pollFD(fd), pollIs(c.bits))
		h.expect(getOptFD(fd, wire.SOError, 4), optIs(fmt.Sprintf("%02x000000", uint8(c.so))))
	}
	h.fails(connectFD(fd0, 80), noConnect, wire.EISCONN)
	fd := h.openFD(wire.SockStream, fd0+3)
	h.write(connectFD(fd, 80)) // blocks until the link is lost
	h.silence()
	h.DropLink(wire.ReasonBeaconTimeout)
	require.Equal(t, noConnect, h.read(6))
	h.fails(closeFD(fd), closedIs(0), wire.EBADF)
}

// TestBSDFullSendBuffer: a part when non-blocking, then EAGAIN; a time-out does
// the same to a blocking socket.
func TestBSDFullSendBuffer(t *testing.T) {
	network := pipeNetwork{peers: make(chan net.Conn, 1)}
	h := bsdHost(t, Config{Network: network})
	h.openFD(wire.SockStream, fd0)
	h.expect(connectFD(fd0, 80), connectOK)
	peer := <-network.peers
	text := strings.Repeat("0123456789abcdef", 250)
	h.nonBlocking(fd0)
	h.fails(sendFD(fd0, text), sentIs(4000), wire.EOK)
	h.expect(pollFD(fd0), pollIs(0))
	h.fails(sendFD(fd0, text), sentIs(tcpWindow-4000), wire.EOK)
	h.fails(sendFD(fd0, text), sentIs(0), wire.EAGAIN)
	h.expect(ioctlFD(fd0, wire.FIONBIO, "00000000"), "e0fb010400000000ee")
	h.expect(setOptFD(fd0, wire.SOSendTimeout, "0000000088130000"), "e0fd010101ee") // 5 ms
	h.fails(sendFD(fd0, "x"), sentIs(0), wire.EAGAIN)
	h.expect(setOptFD(fd0, wire.SOSendTimeout, "0000000000000000"), "e0fd010101ee")
	h.write(sendFD(fd0, "end"))
	h.silence()
	got := make([]byte, tcpWindow+3)
	_, err := io.ReadFull(peer, got)
	require.NoError(t, err)
	require.Equal(t, sentIs(3), h.read(7))
	assert.Equal(t, text+text[:tcpWindow-4000]+"end", string(got))
}

func TestBSDReset(t *testing.T) {
	h := bsdHost(t, Config{})
	peer := h.connectBSD(fd0)
	require.NoError(t, peer.Conn.(*net.TCPConn).SetLinger(0))
	require.NoError(t, peer.Close())
	h.poll(pollFD(fd0), pollIs(7))
	h.fails(recvFD(fd0, 1), noRecv, wire.ECONNRESET)
	h.fails(sendFD(fd0, "x"), sentIs(0), wire.ENOTCONN)
}

func TestBSDServer(t *testing.T) {
	h := bsdHost(t, Config{})
	port := freePort(t)
	h.openFD(wire.SockStream, fd0)
	h.fails(acceptFD(fd0), noAccept, wire.EINVAL)
	h.expect(bindFD(fd0, port), bindOK)
	h.expect(listenFD(fd0, 2), listenOK)
	h.openFD(wire.SockStream, fd0+1)
	h.fails(bindFD(fd0+1, port), "e0f3010100ee", wire.EADDRINUSE)
	h.fails(connectFD(fd0, port), noConnect, wire.EISCONN)
	h.fails(recvFD(fd0, 1), noRecv, wire.ENOTCONN)
	h.write(acceptFD(fd0)) // waits
	h.silence()
	first := h.dial(port)
	peerPort := addrPort(first.LocalAddr()).Port()
	want := fmt.Sprintf("e0f50301%02x047f00000102%02x%02xee", fd0+2, peerPort&0xFF, peerPort>>8)
	require.Equal(t, want, h.read(14))
	first.send("hello")
	h.expect(recvFD(fd0+2, 5), recvIs("hello"))
	h.expect(setOptFD(fd0, wire.SORecvTimeout, "0000000088130000"), "e0fd010101ee")
	h.fails(acceptFD(fd0), noAccept, wire.EAGAIN) // after 5 ms
	h.nonBlocking(fd0)
	h.fails(acceptFD(fd0), noAccept, wire.EAGAIN)
	for range 4 {
		h.dial(port) // more than the backlog
	}
	for i := range 4 {
		h.poll(pollFD(fd0), pollIs(wire.PollRead))
		require.Equal(t, fmt.Sprintf("e0f50301%02x", fd0+3+i), h.ask(acceptFD(fd0), want)[:10])
	}
	h.expect(closeFD(fd0), closedIs(1))
	h.expect(bindFD(fd0+1, port), bindOK) // the port is free again
	first.send("still here")
	h.expect(recvFD(fd0+2, 10), recvIs("still here"))
}

// TestBSDAcceptWithoutDescriptor sends the client away.
func TestBSDAcceptWithoutDescriptor(t *testing.T) {
	h := bsdHost(t, Config{})
	port := freePort(t)
	h.openFD(wire.SockStream, fd0)
	h.expect(bindFD(fd0, port), bindOK)
	h.expect(listenFD(fd0, 0), listenOK)
	for i := range 9 {
		h.openFD(wire.SockDgram, fd0+1+i)
	}
	peer := h.dial(port)
	h.fails(acceptFD(fd0), noAccept, wire.ENFILE)
	require.NoError(t, peer.SetReadDeadline(time.Now().Add(patience)))
	_, err := peer.Read(make([]byte, 1))
	require.Error(t, err)
	require.NotErrorIs(t, err, context.DeadlineExceeded)
}

// TestBSDRecvFromOverrun: only what is asked for and there overruns the reply.
func TestBSDRecvFromOverrun(t *testing.T) {
	h := bsdHost(t, Config{})
	peer := h.connectBSD(fd0)
	peer.send(strings.Repeat("x", 5000))
	h.poll(ioctlFD(fd0, wire.FIONREAD, "00000000"), "e0fb010488130000ee")
	assert.Empty(t, h.Misuses())
	port := addrPort(peer.LocalAddr()).Port()
	h.expect(recvFromFD(fd0, 0xFFFF), fromIs(port, strings.Repeat("x", wire.MaxSockRecv)))
	assert.Len(t, h.Misuses(), 1)
	h.expect(recvFromFD(fd0, 0xFFFF), fromIs(port, strings.Repeat("x", 5000-wire.MaxSockRecv)))
	assert.Len(t, h.Misuses(), 1)
}
