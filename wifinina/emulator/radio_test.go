package emulator

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const (
	askReason = "e01f00ee"
	askIP     = "e021 01 01 ff ee ffff"
	askSSID   = "e023 01 01 ff ee ffff"
	askRSSI   = "e025 01 01 ff ee ffff"
	askEnc    = "e026 01 01 ff ee ffff"
	leaveCmd  = "e030 01 01 ff ee ffff"
	left      = "e0b0010101ee"
	noIP      = "e0a103 04 00000000 04 00000000 04 00000000 ee"
	leaseIP   = "e0a103 04 c0a80117 04 ffffff00 04 c0a80101 ee"
)

func setPassphraseCmd(ssid, key string) string {
	return padded(fmt.Sprintf("e01102 %02x %x %02x %x ee", len(ssid), ssid, len(key), key))
}

func statusIs(s wire.Status) string { return fmt.Sprintf("e0a00101%02xee", uint8(s)) }

func reasonIs(r wire.Reason) string { return fmt.Sprintf("e09f0101%02xee", uint8(r)) }

// radioHost is a host whose module joins after a second by the hand of clock.
func radioHost(t *testing.T, cfg Config) (*rawHost, *handClock) {
	clock := newHandClock(time.Unix(1_700_000_000, 0))
	cfg.Clock, cfg.JoinTime = clock, time.Second
	return newHost(t, cfg), clock
}

func TestJoin(t *testing.T) {
	h, clock := radioHost(t, Config{})
	h.expect(askStatus, statusIs(wire.StatusIdle))
	h.expect(setPassphraseCmd("ninatrace", "ninatrace"), "e0910101 01 ee")
	h.expect(askStatus, statusIs(wire.StatusNoSSIDAvail)) // in progress
	h.expect(askIP, noIP)
	h.expect("e03b00ee", "e0bb0104 00000000 ee")
	clock.Sleep(time.Second - 1)
	h.expect(askStatus, statusIs(wire.StatusNoSSIDAvail))
	clock.Sleep(1)
	h.expect(askStatus, statusIs(wire.StatusConnected))
	h.expect(askReason, reasonIs(wire.ReasonNone))
	h.expect(askIP, leaseIP)
	h.expect(askSSID, "e0a301 09 6e696e617472616365 ee")
	h.expect(askRSSI, "e0a50104 d1ffffff ee")
	h.expect(askEnc, "e0a60101 04 ee")
	h.expect("e01e00ee", "e09e02 04 c0a80101 04 00000000 ee")
	h.expect("e03b00ee", fmt.Sprintf("e0bb0104 %08x ee", reverse32(uint32(clock.Now().Unix()))))
}

func reverse32(n uint32) uint32 { return n>>24 | n>>8&0xFF00 | n<<8&0xFF0000 | n<<24 }

func TestJoinFails(t *testing.T) {
	for _, c := range []struct {
		name, ssid, key string
		auth            wire.Reason
		status          wire.Status
		reason          wire.Reason
	}{
		{"unknown network", "nowhere", "ninatrace", 0, wire.StatusConnectFailed, wire.ReasonNoAPFound},
		{"wrong passphrase", "ninatrace", "wrong pass", 0, wire.StatusConnectFailed, wire.ReasonAuthFail},
		{"handshake timeout", "ninatrace", "wrong pass", wire.ReasonHandshakeTimeout,
			wire.StatusDisconnected, wire.ReasonHandshakeTimeout},
		{"no passphrase", "ninatrace", "", 0, wire.StatusConnectFailed, wire.ReasonAuthFail},
		{"refused at once", "ninatrace", "abc", 0, wire.StatusConnectFailed, wire.ReasonNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, clock := radioHost(t, Config{AuthFailure: c.auth})
			h.expect(setPassphraseCmd(c.ssid, c.key), "e0910101 01 ee")
			clock.Sleep(time.Second)
			h.expect(askStatus, statusIs(c.status))
			h.expect(askReason, reasonIs(c.reason))
			h.expect(askSSID, "e0a301 00 ee")
			h.expect(askIP, noIP)
		})
	}
}

// TestAssocFail: reason 203 is tried again without end, and the status never
// tells.
func TestAssocFail(t *testing.T) {
	h, clock := radioHost(t, Config{AuthFailure: wire.ReasonAssocFail})
	h.expect(setPassphraseCmd("ninatrace", "wrong pass"), "e0910101 01 ee")
	for range 3 {
		clock.Sleep(time.Second)
		h.expect(askStatus, statusIs(wire.StatusNoSSIDAvail))
	}
	h.SetAccessPoints(AccessPoint{SSID: "ninatrace"}) // open from now on
	clock.Sleep(time.Second)
	h.expect(askStatus, statusIs(wire.StatusConnected))
}

func TestKindsOfNetworks(t *testing.T) {
	air := []AccessPoint{
		{SSID: "open", RSSI: -50},
		{SSID: "wep", Passphrase: "12345", Encryption: wire.EncryptionWEP},
		{SSID: "corp", Username: "ann", Passphrase: "pa"},
		{SSID: "open", RSSI: -40, Channel: 11},
	}
	for _, c := range []struct{ request, reply, enc string }{
		{"e010 01 04 6f70656e ee ffffff", "e0900101 01 ee", "e0a60101 07 ee"},
		{setPassphraseCmd("open", ""), "e0910101 01 ee", "e0a60101 07 ee"},
		{"e012 03 03 776570 01 00 05 3132333435 ee", "e0920101 01 ee", "e0a60101 05 ee"},
		{padded("e040 06 0001 00 0004 636f7270 0003 616e6e 0002 7061 0000 0000 ee"), "e0c00101 01 ee", "e0a60101 ff ee"},
	} {
		h, clock := radioHost(t, Config{AccessPoints: air})
		h.expect(c.request, c.reply)
		clock.Sleep(time.Second)
		h.expect(askStatus, statusIs(wire.StatusConnected))
		h.expect(askEnc, c.enc)
		assert.Empty(t, h.Misuses())
	}
	h, clock := radioHost(t, Config{AccessPoints: air})
	h.expect(padded("e040 06 0001 01 0004 636f7270 0001 61 0001 62 0000 0000 ee"), "e0c00101 01 ee") // EAP-TLS
	clock.Sleep(time.Second)
	h.expect(askReason, reasonIs(wire.ReasonAuthFail))
	h.expect(setPassphraseCmd("corp", "pa-pa-pa"), "e0910101 01 ee")
	clock.Sleep(time.Second)
	h.expect(askReason, reasonIs(wire.ReasonAuthFail))
}

// TestDisconnect: the address outlives the link by two minutes.
func TestDisconnect(t *testing.T) {
	h, clock := radioHost(t, Config{})
	h.join2(clock)
	peer := h.connect(0)
	h.expect(leaveCmd, left)
	h.expect(askStatus, statusIs(wire.StatusDisconnected))
	h.expect(askReason, reasonIs(wire.ReasonAssocLeave))
	h.expect(askSSID, "e0a301 00 ee")
	h.expect(askRSSI, "e0a50104 00000000 ee")
	h.expect(askEnc, "e0a60101 07 ee")
	h.expect(askIP, leaseIP)
	_, err := peer.Read(make([]byte, 1))
	require.Error(t, err, "connections are closed")
	h.expect(getSocketCmd, slotIs(1)) // and the slot has not noticed
	h.expect(sendDataCmd(0, "x"), writtenIs(0))
	h.expect(state(0), stateClosed)
	clock.Sleep(lostIPTime)
	h.expect(askStatus, statusIs(wire.StatusConnectionLost))
	h.expect(askIP, noIP)
	h.expect(leaveCmd, left) // nothing to leave
	h.expect(askStatus, statusIs(wire.StatusConnectionLost))
}

// join2 joins by the hand of the clock.
func (h *rawHost) join2(clock *handClock) {
	h.t.Helper()
	h.expect(setPassphraseCmd("ninatrace", "ninatrace"), "e0910101 01 ee")
	clock.Sleep(time.Second)
	h.expect(askStatus, statusIs(wire.StatusConnected))
}

func TestDropAndRestoreLink(t *testing.T) {
	h, clock := radioHost(t, Config{})
	h.DropLink(wire.ReasonBeaconTimeout) // no link yet
	h.expect(askStatus, statusIs(wire.StatusIdle))
	h.join2(clock)
	port := h.serve(3)
	h.connect(0)
	h.DropLink(wire.ReasonBeaconTimeout)
	h.expect(askStatus, statusIs(wire.StatusDisconnected))
	h.expect(askReason, reasonIs(wire.ReasonBeaconTimeout))
	h.expect(state(0), stateClosed)
	h.RestoreLink()
	h.expect(askStatus, statusIs(wire.StatusConnected))
	h.expect(askReason, reasonIs(wire.ReasonNone))
	h.connect(0)
	h.dial(port) // the listener has outlived it
	h.poll(acceptC(3), availIs(1))

	h.DropLink(wire.ReasonAssocFail) // joins again by itself
	h.expect(askStatus, statusIs(wire.StatusConnected))
	h.expect(askSSID, "e0a301 00 ee")
	clock.Sleep(time.Second)
	h.expect(askSSID, "e0a301 09 6e696e617472616365 ee")
}

func TestAccessPointGoesAway(t *testing.T) {
	h, clock := radioHost(t, Config{})
	h.join2(clock)
	h.SetAccessPoints(DefaultAccessPoint(), AccessPoint{SSID: "another"})
	h.expect(askStatus, statusIs(wire.StatusConnected))
	h.SetAccessPoints()
	h.expect(askStatus, statusIs(wire.StatusDisconnected))
	h.expect(askReason, reasonIs(wire.ReasonBeaconTimeout))
	h.expect(setPassphraseCmd("ninatrace", "ninatrace"), "e0910101 01 ee")
	clock.Sleep(time.Second)
	h.expect(askReason, reasonIs(wire.ReasonNoAPFound))
}

func TestStaticAddress(t *testing.T) {
	h, clock := radioHost(t, Config{})
	h.expect("e014 04 01 03 04 0a000002 04 0a000001 04 ffff0000 ee ffffff", "e0940101 00 ee")
	h.expect("e015 03 01 02 04 08080808 04 00000000 ee", "e0950101 01 ee")
	h.expect("e015 03 01 02 04 00000000 04 01010101 ee", "e0950101 01 ee") // zero changes nothing
	h.join2(clock)
	h.expect(askIP, "e0a103 04 0a000002 04 ffff0000 04 0a000001 ee") // another order
	h.expect("e01e00ee", "e09e02 04 08080808 04 01010101 ee")
	h.expect(leaveCmd, left)
	clock.Sleep(2 * lostIPTime)
	h.expect(askStatus, statusIs(wire.StatusDisconnected)) // no lease to lose
}

func TestScan(t *testing.T) {
	clock := newHandClock(time.Unix(1e9, 0))
	h := newHost(t, Config{Clock: clock, ScanTime: 2 * time.Second, JoinTime: -1, AccessPoints: []AccessPoint{
		{SSID: "b", RSSI: -70, Channel: 3, BSSID: [6]byte{1, 2, 3, 4, 5, 6}, Encryption: wire.EncryptionWPA},
		{SSID: "hidden", RSSI: -10, Hidden: true},
		DefaultAccessPoint(),
	}})
	h.join()
	h.connect(0)
	start := clock.Now()
	h.expect("e02700ee", "e0a702 09 6e696e617472616365 01 62 ee")
	assert.Equal(t, 2*time.Second, clock.Now().Sub(start))
	h.expect(askStatus, statusIs(wire.StatusScanCompleted)) // the link is gone
	h.expect(state(0), stateClosed)
	h.expect("e032 01 01 01 ee ffff", "e0b20104 baffffff ee")
	h.expect("e033 01 01 01 ee ffff", "e0b30101 02 ee")
	h.expect("e03c 01 01 01 ee ffff", "e0bc0106 060504030201 ee")
	h.expect("e03d 01 01 01 ee ffff", "e0bd0101 03 ee")
	h.SetAccessPoints()
	h.expect("e02700ee", "e0a700ee")
	h.expect("e03d 01 01 01 ee ffff", "e0bd0101 03 ee") // what the last scan left
	assert.Empty(t, h.Misuses())
	h.expect("e03d 01 01 0a ee ffff", "e0bd0101 00 ee")
	assert.Len(t, h.Misuses(), 1)
}

func TestSoftAP(t *testing.T) {
	h, clock := radioHost(t, Config{})
	h.join2(clock)
	h.expect("e019 03 02 6170 08 3132333435363738 01 06 ee ffff", "e0990101 01 ee")
	h.expect(askStatus, statusIs(wire.StatusAPListening))
	h.expect(askIP, "e0a103 04 c0a80401 04 ffffff00 04 c0a80401 ee")
	h.expect(askEnc, "e0a60101 04 ee")
	h.expect("e022 01 01 ff ee ffff", "e0a20106 550e9abf713c ee") // the station's plus one
	h.SetStations(2)
	h.expect(askStatus, statusIs(wire.StatusAPConnected))
	h.connect(0) // sockets work
	h.SetStations(0)
	h.expect(askStatus, statusIs(wire.StatusAPListening))
	h.expect("e018 02 02 6170 01 06 ee ffff", "e0980101 01 ee")
	h.expect(askEnc, "e0a60101 07 ee")
	h.expect("e019 03 02 6170 07 31323334353637 01 06 ee ffffff", "e0990101 00 ee") // too short
	h.expect(askStatus, statusIs(wire.StatusAPFailed))
	h.SetStations(1)
	h.expect(askStatus, statusIs(wire.StatusAPFailed))
	h.expect(startClient4(80, 1, 0), failedStart)
	h.expect(leaveCmd, left)
	h.expect(askStatus, statusIs(wire.StatusIdle))
	h.join2(clock)
	h.expect(askIP, leaseIP)
}

// TestBufferOverruns: names longer than the firmware's buffers are noted.
func TestBufferOverruns(t *testing.T) {
	h := newHost(t, Config{})
	h.expect(setPassphraseCmd(strings.Repeat("s", 32), strings.Repeat("k", 64)), "e0910101 01 ee")
	assert.Empty(t, h.Misuses())
	h.expect(setPassphraseCmd(strings.Repeat("s", 33), strings.Repeat("k", 65)), "e0910101 01 ee")
	require.Len(t, h.Misuses(), 2)
	assert.Equal(t, "SSID of 33 bytes, buffer of 32", h.Misuses()[0].Reason)
	for range 2 * maxMisuses {
		h.expect("e051 02 01 ff 01 01 ee", "e0d10101 01 ee")
	}
	assert.Len(t, h.Misuses(), maxMisuses)
}

func TestNaturalMAC(t *testing.T) {
	p := Arduino200()
	p.Quirks = p.Quirks.Without(ReversedMAC)
	h := newHost(t, Config{Profile: p, MAC: [6]byte{1, 2, 3, 4, 5, 6}})
	h.expect("e02200ee", "e0a20106 010203040506 ee")
}

func TestListenersNeedNoLink(t *testing.T) {
	h := newHost(t, Config{})
	port := h.serve(0)
	c, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	require.NoError(t, err)
	defer c.Close()
	h.poll(acceptC(0), availIs(1))
}

func TestHostname(t *testing.T) {
	h := newHost(t, Config{})
	assert.Equal(t, "arduino-0e54", h.Hostname())
	h.expect(padded(fmt.Sprintf("e01601 07 %x ee", "bench-7")), "e0960101 01 ee")
	assert.Equal(t, "bench-7", h.Hostname())
	long := strings.Repeat("n", 40)
	h.expect(padded(fmt.Sprintf("e01601 28 %x ee", long)), "e0960101 01 ee")
	assert.Equal(t, long[:maxNameKept], h.Hostname())
	assert.Empty(t, h.Misuses())
}
