package emulator

import (
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// serve makes the module listen in a slot.
func (h *rawHost) serve(slot int) (port uint16) {
	h.t.Helper()
	port = freePort(h.t)
	h.expect(startServer3(port, slot, 0), okServer)
	return port
}

// dial connects to the module.
func (h *rawHost) dial(port uint16) tcpPeer {
	h.t.Helper()
	c, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	require.NoError(h.t, err)
	h.t.Cleanup(func() { c.Close() })
	return tcpPeer{c, h.t}
}

// TestAccept: a client is told of once, with or without data.
func TestAccept(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	port := h.serve(0)
	h.expect(acceptC(0), noClient)
	peer := h.dial(port)
	h.poll(acceptC(0), availIs(1))
	h.expect(acceptC(0), noClient)
	h.expect(slotCmd(wire.GetRemoteData, 1), fmt.Sprintf("e0ba02047f00000102%04xee", addrPort(peer.LocalAddr()).Port()))
	peer.send("hi")
	h.poll(getDatabufCmd(1, 100), dataIs("hi"))
	h.expect(sendDataCmd(1, "ho"), writtenIs(2))
	require.Equal(t, "ho", peer.receive(2))
	h.expect(sendDataCmd(0, "all"), writtenIs(0)) // only those available() took
}

// TestAcceptFlagInThePadding: with one parameter the first pad byte is the
// flag.
func TestAcceptFlagInThePadding(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	h.dial(h.serve(0))
	h.expect("e02b 01 01 00 ee 00 ff", noClient) // available(): silent
	h.dial(h.serve(1))
	h.poll("e02b 01 01 01 ee ff ff", availIs(2))
}

// TestAvailable: a client is told of while it has data, and not before.
func TestAvailable(t *testing.T) {
	for name, p := range map[string]Profile{"2.0.0": Arduino200(), "1.5.0": Arduino150()} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t, Config{Profile: p})
			h.join()
			port, ask := h.serve(0), avail(0)
			if !p.Quirks.Has(AcceptFlag) {
				ask = acceptC(0) // the flag means nothing
			}
			silent, talking := h.dial(port), h.dial(port)
			talking.send("hi")
			h.poll(ask, availIs(1))
			h.expect(ask, availIs(1)) // again
			h.expect(sendDataCmd(0, "all"), writtenIs(6))
			require.Equal(t, "all", talking.receive(3))
			require.Equal(t, "all", silent.receive(3))
			h.expect(getDatabufCmd(1, 100), dataIs("hi"))
			h.expect(ask, noClient)
			silent.send("too")
			h.poll(ask, availIs(2))
			require.NoError(t, silent.Close())
			h.expect(stop(1), stopped)
			h.expect(getDatabufCmd(2, 100), dataIs("too"))
			h.poll(state(2), stateClosed)
			h.expect(sendDataCmd(0, "nobody"), writtenIs(0))
		})
	}
}

// TestAcceptWithoutFreeSlot: the client waits.
func TestAcceptWithoutFreeSlot(t *testing.T) {
	h := newHost(t, Config{Profile: smallProfile()})
	h.join()
	port := h.serve(0)
	h.expect(startServer3(0, 1, 1), okServer)
	h.expect(startClient4(1, 2, 1), okStart) // UDP without a socket takes a slot
	peer := h.dial(port)
	peer.send("patient")
	h.expect(acceptC(0), noClient)
	h.expect(stop(2), stopped)
	h.poll(acceptC(0), availIs(2))
	h.poll(getDatabufCmd(2, 100), dataIs("patient"))
}

// TestAcceptWithoutSocket: with all lwIP sockets in use a client is sent away.
func TestAcceptWithoutSocket(t *testing.T) {
	h := newHost(t, Config{Profile: smallProfile()})
	h.join()
	port := h.serve(0)
	h.connect(1)
	h.connect(1)
	peer := h.dial(port)
	_, err := peer.Read(make([]byte, 1))
	require.Error(t, err)
	h.expect(acceptC(0), noClient)
}

// smallProfile has three slots, so that a test need not fill ten.
func smallProfile() Profile {
	p := Arduino200()
	p.Sockets = 3
	return p
}

func TestPortTaken(t *testing.T) {
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	port := addrPort(ln.Addr()).Port()

	h := newHost(t, Config{})
	h.expect(startServer3(port, 0, 0), failedServer)
	h.expect(getSocketCmd, slotIs(0))

	old := newHost(t, Config{Profile: Arduino148()})
	old.expect(startServer3(port, 0, 0), okServer) // it never looks
	old.expect(slotCmd(wire.GetStateTCP, 0), "e0a9010100ee")
	old.expect(getSocketCmd, slotIs(1))
}
