package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const (
	getSocketCmd = "e03f00ee"
	okStart      = "e0ad010101ee"
	failedStart  = "e0ad00ee"
	okServer     = "e0a8010101ee"
	failedServer = "e0a8010100ee"
	stateOpen    = "e0af010104ee"
	stateClosed  = "e0af010100ee"
	stopped      = "e0ae010101ee"
	noClient     = "e0ab0102ff00ee"
	nothing      = "e0c5010000ee"
)

func slotIs(n int) string     { return fmt.Sprintf("e0bf0101%02xee", n) }
func availIs(n int) string    { return fmt.Sprintf("e0ab0102%02x%02xee", n&0xFF, n>>8) }
func writtenIs(n int) string  { return fmt.Sprintf("e0c40102%02x%02xee", n&0xFF, n>>8) }
func dataIs(s string) string  { return fmt.Sprintf("e0c501%04x%xee", len(s), s) }
func state(slot int) string   { return slotCmd(wire.GetClientStateTCP, slot) }
func stop(slot int) string    { return slotCmd(wire.StopClientTCP, slot) }
func avail(slot int) string   { return fmt.Sprintf("e02b02 01 %02x 01 00 ee", slot) }
func acceptC(slot int) string { return fmt.Sprintf("e02b02 01 %02x 01 01 ee", slot) }

func TestGetSocketDoesNotReserve(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	h.expect(getSocketCmd, slotIs(0))
	h.expect(getSocketCmd, slotIs(0))
	h.expect(startClient4(freePort(t), 0, 0), failedStart)
	h.expect(getSocketCmd, slotIs(0)) // a failed start takes nothing either
	h.connect(0)
	h.expect(getSocketCmd, slotIs(1))
}

// TestStateFreesSlots: asking after a UDP or a listening slot releases its
// number, while the socket lives on.
func TestStateFreesSlots(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	port := freePort(t)
	h.expect(startServer3(port, 0, 0), okServer)
	h.expect(startServer3(0, 1, 1), okServer)
	h.expect(getSocketCmd, slotIs(2))
	h.expect(state(1), stateClosed)
	h.expect(getSocketCmd, slotIs(1))
	h.expect(state(0), stateClosed)
	h.expect(getSocketCmd, slotIs(0))
	h.expect(slotCmd(wire.GetStateTCP, 0), "e0a9010101ee")         // still listening
	h.expect(startServer3(port, 2, 0), failedServer)               // the port is still taken
	h.expect(startServer3(port, 2, 4), failedServer)               // no such mode
	h.expect(slotCmd(wire.GetStateTCP, 2), "e0a9010100ee")         // nothing there
	h.expect(slotCmd(wire.StopClientTCP, 2), "e0ae010101ee")       // no effect
	h.expect(slotCmd(wire.DataSentTCP, 2), "e0aa010101ee")         // always 1
	h.expect("e02c 02 01 02 01 00 ee", "e0ac010100ee")             // GET_DATA on a free slot
	h.expect("e03a 01 01 02 ee ffff", "e0ba0204000000000200 00ee") // nobody
}

// TestListenerCannotBeClosed: its slot number is free after a STOP, and a
// client started in it is taken for the server.
func TestListenerCannotBeClosed(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	port := freePort(t)
	h.expect(startServer3(port, 0, 0), okServer)
	h.expect(stop(0), stopped)
	h.expect(getSocketCmd, slotIs(0))
	peer := h.connect(0)
	h.expect(state(0), stateOpen)
	h.expect(sendDataCmd(0, "lost"), writtenIs(0))
	peer.send("unseen")
	h.expect(avail(0), noClient)
}

// TestSocketLimit: slots and lwIP sockets share one limit, and what leaked
// still counts.
func TestSocketLimit(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	for range 10 {
		h.connect(0) // each leaks the one before
	}
	h.expect(getSocketCmd, slotIs(1))
	h.expect(startClient4(freePort(t), 1, 0), failedStart)
	h.expect(startServer3(0, 1, 1), failedServer)
	h.expect(startServer3(freePort(t), 1, 0), failedServer)
	h.expect(stop(0), stopped)
	h.connect(0)
}

func TestSlotsThatDoNotExist(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	h.expect(state(10), stateClosed)
	h.expect(stop(255), stopped)
	h.expect(avail(200), availIs(0))
	h.expect(sendDataCmd(10, "x"), writtenIs(0))
	h.expect(getDatabufCmd(10, 5), nothing)
	h.expect(startClient4(80, 10, 0), failedStart)
	h.expect(startClient4(80, 10, 1), failedStart)
	h.expect(startServer3(0, 10, 1), failedServer)
	require.Len(t, h.Misuses(), 8)
	assert.Equal(t, Misuse{Command: wire.GetClientStateTCP, Reason: "slot 10 of 10"}, h.Misuses()[0])
}

// TestCrash: GET_REMOTE_DATA for a slot that is not there kills the firmware.
func TestCrash(t *testing.T) {
	h := newHost(t, Config{})
	h.join()
	peer := h.connect(0)
	h.write(slotCmd(wire.GetRemoteData, 255))
	h.silence()
	_, err := peer.Read(make([]byte, 1))
	require.Error(t, err)
	assert.Equal(t, []Misuse{{Command: wire.GetRemoteData, Reason: "slot 255 of 10", Crash: true}}, h.Misuses())
	h.restart(0)
	h.expect(askStatus, isIdle)
}
