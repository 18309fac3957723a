package emulator

import (
	"testing"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// TestSyncTime: SNTP sets the clock some time after the first join, and once.
func TestSyncTime(t *testing.T) {
	const unset = "e0bb0104 00000000 ee"
	clock := newHandClock(time.Unix(0x6B030A00, 0))
	h := newHost(t, Config{Clock: clock, BootTime: -1, JoinTime: -1, SyncTime: 10 * time.Second})
	h.expect("e03b00ee", unset)
	h.join()
	h.expect("e03b00ee", unset)
	clock.Sleep(6 * time.Second)
	h.join() // does not begin anew
	clock.Sleep(4 * time.Second)
	h.expect("e03b00ee", "e0bb0104 0a0a036b ee")
}

// TestDropLinkWhileJoining ends the join for any reason there is.
func TestDropLinkWhileJoining(t *testing.T) {
	clock := newHandClock(time.Unix(0, 0))
	h := newHost(t, Config{Clock: clock, BootTime: -1, JoinTime: time.Hour})
	h.DropLink(wire.ReasonKeyTimeout) // nobody joins
	h.expect(askStatus, statusIs(wire.StatusIdle))
	h.expect(setPassphraseCmd("ninatrace", "ninatrace"), "e0910101 01 ee")
	h.expect(askStatus, statusIs(wire.StatusNoSSIDAvail))
	h.DropLink(wire.ReasonKeyTimeout)
	h.expect(askStatus, statusIs(wire.StatusDisconnected))
	h.expect(askReason, reasonIs(wire.ReasonKeyTimeout))
	clock.Sleep(2 * time.Hour) // the join is over
	h.expect(askStatus, statusIs(wire.StatusDisconnected))
}

// TestServerOnPort0 is opened, and not taken for a server.
func TestServerOnPort0(t *testing.T) {
	h := newHost(t, Config{})
	h.expect(startServer3(0, 0, 0), "e0a80101 01 ee")
	h.expect(slotCmd(wire.GetStateTCP, 0), "e0a90101 00 ee")
	h.expect(slotCmd(wire.AvailDataTCP, 0), "e0ab0102 0000 ee")
}

// TestEnterpriseTypeHasOneByte, whatever its length says.
func TestEnterpriseTypeHasOneByte(t *testing.T) {
	ap := AccessPoint{SSID: "corp", Username: "ann", Passphrase: "pa"}
	h := newHost(t, Config{AccessPoints: []AccessPoint{ap}, JoinTime: -1})
	h.expect(padded("e040 06 00ff 00 0004 636f7270 0003 616e6e 0002 7061 0000 0000 ee"), "e0c00101 01 ee")
	h.expect(askStatus, statusIs(wire.StatusConnected))
}
