package emulator

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func TestConnectWithoutLink(t *testing.T) {
	h := newHost(t, Config{})
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	h.expect(startClient4(addrPort(ln.Addr()).Port(), 0, 0), failedStart)
	h.expect(getSocketCmd, slotIs(0))
}

// TestStartClientForms: four parameters have no host name, every other count
// has one in front, and one that is not empty wins over the address.
func TestStartClientForms(t *testing.T) {
	h := newHost(t, Config{Hosts: map[string]netip.Addr{"Peer.Test": loopback}})
	h.join()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	port := fmt.Sprintf("%04x", addrPort(ln.Addr()).Port())
	for i, request := range []string{
		"e02d04 04 7f000001 02 PORT 01 00 01 00 ee",
		"e02d06 00 04 7f000001 02 PORT 01 01 01 00 02 0000 ee",
		"e02d05 09 706565722e74657374 04 01020304 02 PORT 01 02 01 00 ee",
		"e02d63 09 706565722e54455354 04 01020304 02 PORT 01 03 01 00 ee", // any count, any case
	} {
		h.expect(padded(strings.Replace(request, "PORT", port, 1)), okStart)
		h.expect(slotCmd(wire.GetRemoteData, i), "e0ba02047f00000102"+port+"ee")
	}
	h.expect(padded("e02d05 03 78797a 04 7f000001 02 "+port+" 01 04 01 00 ee"), failedStart) // no such name
	h.expect(padded("e02d04 04 7f000001 02 "+port+" 01 04 01 04 ee"), failedStart)           // BearSSL
	h.expect(padded("e02d04 04 7f000001 02 "+port+" 01 04 01 07 ee"), failedStart)           // no such mode
}

func TestReceiveBufferIsBounded(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	peer := h.connect(0)
	sent := make([]byte, 3*tcpWindow)
	rand.Read(sent)
	peer.send(string(sent))
	h.poll(avail(0), availIs(tcpWindow))
	h.expect(avail(0), availIs(tcpWindow))
	var got []byte
	for len(got) < len(sent) {
		got = append(got, h.receive(0, 1000)...)
	}
	require.True(t, bytes.Equal(sent, got))
	h.expect(avail(0), availIs(0))
	assert.Empty(t, h.Misuses())
}

// receive takes up to n bytes from a slot.
func (h *rawHost) receive(slot, n int) []byte {
	h.t.Helper()
	h.write(getDatabufCmd(slot, n))
	reply := unhex(h.t, h.read(n+8))
	require.Equal(h.t, []byte{0xE0, 0xC5, 1}, reply[:3])
	size := int(reply[3])<<8 | int(reply[4])
	require.LessOrEqual(h.t, size, n)
	require.Equal(h.t, byte(0xEE), reply[5+size])
	return reply[5 : 5+size]
}

// A pipeNetwork gives connections that hold nothing: what the peer does not
// read stays with the module.
type pipeNetwork struct {
	Host
	peers chan net.Conn
}

func (n pipeNetwork) Dial(context.Context, netip.AddrPort) (net.Conn, error) {
	own, peer := net.Pipe()
	n.peers <- peer
	return own, nil
}

// TestSendBufferIsBounded: SEND_DATA never waits. It takes what fits, and
// nothing when the buffer is full.
func TestSendBufferIsBounded(t *testing.T) {
	network := pipeNetwork{peers: make(chan net.Conn, 1)}
	h := newHost(t, Config{Network: network})
	h.join()
	h.expect(startClient4(80, 0, 0), okStart)
	peer := <-network.peers
	text := strings.Repeat("0123456789abcdef", 250)
	h.expect(sendDataCmd(0, text), writtenIs(4000))
	h.expect(sendDataCmd(0, text), writtenIs(tcpWindow-4000))
	h.expect(sendDataCmd(0, text), writtenIs(0))
	h.expect(state(0), stateOpen) // and stays open
	got := make([]byte, tcpWindow)
	_, err := io.ReadFull(peer, got)
	require.NoError(t, err)
	assert.Equal(t, text+text[:tcpWindow-4000], string(got))
	h.poll(sendDataCmd(0, "x"), writtenIs(1))
}

// TestFullWriteClosesOnOldFirmware: Arduino before 1.4.3 closes a connection
// that cannot take more.
func TestFullWriteClosesOnOldFirmware(t *testing.T) {
	p := Arduino148()
	p.Quirks = p.Quirks.With(FullCloses)
	network := pipeNetwork{peers: make(chan net.Conn, 1)}
	h := newHost(t, Config{Network: network, Profile: p})
	h.join()
	h.expect(startClient4(80, 0, 0), okStart)
	text := strings.Repeat("x", 4000)
	h.expect(sendDataCmd(0, text), writtenIs(4000))
	h.expect(sendDataCmd(0, text), writtenIs(tcpWindow-4000))
	h.expect(sendDataCmd(0, text), writtenIs(0))
	h.expect(state(0), stateClosed)
}

// TestStopStillSends: what was accepted arrives although the slot is gone.
func TestStopStillSends(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	peer := h.connect(0)
	h.expect(sendDataCmd(0, "good bye"), writtenIs(8))
	h.expect(stop(0), stopped)
	h.expect(getSocketCmd, slotIs(0))
	assert.Equal(t, "good bye", peer.receive(8))
	_, err := peer.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
}

// TestLingeringIsBounded: connections that cannot get rid of their last bytes
// do not pile up.
func TestLingeringIsBounded(t *testing.T) {
	network := pipeNetwork{peers: make(chan net.Conn, 100)}
	h := newHost(t, Config{Network: network})
	h.join()
	for range 3 * maxLingering {
		h.expect(startClient4(80, 0, 0), okStart)
		h.expect(sendDataCmd(0, "stuck"), writtenIs(5))
		h.expect(stop(0), stopped)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	assert.Equal(t, maxLingering, h.fw.lingering())
	assert.NotContains(t, h.fw.fds, true)
}

// TestPeerCloses: established while something is left to read, then closed and
// the slot free.
func TestPeerCloses(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	peer := h.connect(0)
	peer.send("last words")
	require.NoError(t, peer.Close())
	h.poll(avail(0), availIs(10))
	h.expect(state(0), stateOpen)
	h.expect(getSocketCmd, slotIs(1))
	h.expect(getDatabufCmd(0, 4), dataIs("last"))
	h.expect(state(0), stateOpen)
	h.expect(getDatabufCmd(0, 100), dataIs(" words"))
	h.poll(state(0), stateClosed)
	h.expect(getSocketCmd, slotIs(0))
	h.expect(sendDataCmd(0, "x"), writtenIs(0))
}

// TestUnnoticedFIN: firmware before 1.4.8 does not see a FIN without data.
func TestUnnoticedFIN(t *testing.T) {
	p := Arduino148()
	p.Quirks = p.Quirks.With(UnnoticedFIN)
	h := newHost(t, Config{Profile: p})
	h.join()
	peer := h.connect(0)
	require.NoError(t, peer.Conn.(*net.TCPConn).CloseWrite())
	time.Sleep(5 * time.Millisecond)
	h.expect(state(0), stateOpen)
}

func TestPeerResets(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	peer := h.connect(0)
	require.NoError(t, peer.Conn.(*net.TCPConn).SetLinger(0))
	require.NoError(t, peer.Close())
	h.poll(state(0), stateClosed)
	h.expect(sendDataCmd(0, "x"), writtenIs(0))
}

func TestGetData(t *testing.T) {
	read, peek := "e02c 02 01 00 01 00 ee", "e02c 02 01 00 01 01 ee"
	h := newHost(t, Config{})
	h.join()
	peer := h.connect(0)
	h.expect(read, "e0ac0101ffee") // nothing there looks like FF
	h.expect(peek, "e0ac0101ffee")
	peer.send("ab")
	h.poll(avail(0), availIs(2))
	h.expect(peek, "e0ac010161ee")
	h.expect(read, "e0ac010161ee")
	h.expect(read, "e0ac010162ee")
	h.expect(read, "e0ac0101ffee")
}

// TestReplyBufferOverrun: more than 4086 bytes do not fit into a reply.
func TestReplyBufferOverrun(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	peer := h.connect(0)
	peer.send(strings.Repeat("x", tcpWindow))
	h.poll(avail(0), availIs(tcpWindow))
	assert.Len(t, h.receive(0, 5000), wire.MaxRecv)
	require.Len(t, h.Misuses(), 1)
	assert.Equal(t, wire.GetDatabufTCP, h.Misuses()[0].Command)
	assert.Len(t, h.receive(0, 5000), tcpWindow-wire.MaxRecv)
}

// TestSendBehindTheBuffer: a write longer than the command buffer is answered
// in full, and what lies behind the buffer is sent.
func TestSendBehindTheBuffer(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	peer := h.connect(0)
	h.expect(sendDataCmd(0, strings.Repeat("x", 5000)), writtenIs(5000))
	inside := bufferSize - 8
	assert.Equal(t, strings.Repeat("x", inside)+strings.Repeat("\x00", 5000-inside), peer.receive(5000))
	require.Len(t, h.Misuses(), 1)
	assert.Equal(t, wire.SendDataTCP, h.Misuses()[0].Command)
}

// TestLongStream echoes far more than any buffer holds.
func TestLongStream(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	peer := h.connect(0)
	go io.Copy(peer, peer)
	sent := make([]byte, 50_000)
	rand.Read(sent)
	var got []byte
	for out := sent; len(got) < len(sent); {
		chunk := out[:min(len(out), 1436)]
		reply := unhex(t, h.ask(sendDataCmd(0, string(chunk)), writtenIs(0)))
		out = out[int(reply[4])|int(reply[5])<<8:]
		got = append(got, h.receive(0, 1500)...)
	}
	require.Equal(t, hex.EncodeToString(sent), hex.EncodeToString(got))
}
