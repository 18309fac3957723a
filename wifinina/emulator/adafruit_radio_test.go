package emulator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// TestStationStatus: what arduino-esp32 makes of joins, and what the host is
// told of a soft-AP.
func TestStationStatus(t *testing.T) {
	h, clock := radioHost(t, Config{Profile: Adafruit330()})
	h.expect(askStatus, statusIs(wire.StatusStopped))
	h.expect(askReason, reasonIs(wire.ReasonUnspecified))
	h.expect(setPassphraseCmd("nowhere", "ninatrace"), "e0910101 01 ee")
	h.expect(askStatus, statusIs(wire.StatusDisconnected)) // a join at work
	clock.Sleep(time.Second)
	h.expect(askStatus, statusIs(wire.StatusNoSSIDAvail))
	h.expect(askReason, reasonIs(wire.ReasonNoAPFound))
	h.expect(setPassphraseCmd("ninatrace", "wrong pass"), "e0910101 01 ee")
	clock.Sleep(time.Second)
	h.expect(askStatus, statusIs(wire.StatusConnectFailed))
	h.join2(clock)
	h.expect(askReason, reasonIs(wire.ReasonAuthFail)) // not forgotten
	h.expect("e019 03 02 6170 08 3132333435363738 01 06 ee ffff", "e0990101 01 ee")
	h.expect(askStatus, statusIs(wire.StatusStopped))
	h.expect(askIP, noIP)
	h.expect(askSSID, "e0a301 00 ee")
	h.expect("e02200ee", "e0a20106 3c71bf9a0e54 ee") // the station's
	h.connect(0)                                     // and yet sockets work
}

// TestReconnects: a lost link comes back by itself, a wrong passphrase is not
// tried again.
func TestReconnects(t *testing.T) {
	h, clock := radioHost(t, Config{Profile: Adafruit330()})
	h.join2(clock)
	h.DropLink(wire.ReasonBeaconTimeout)
	h.expect(askStatus, statusIs(wire.StatusConnectionLost))
	clock.Sleep(time.Second)
	h.expect(askStatus, statusIs(wire.StatusConnected))
	h.expect(leaveCmd, left)
	clock.Sleep(time.Second)
	h.expect(askStatus, statusIs(wire.StatusDisconnected))
	h.join2(clock)
	h.DropLink(wire.ReasonAuthFail)
	clock.Sleep(time.Second)
	h.expect(askStatus, statusIs(wire.StatusConnectFailed))
}

// TestEveryDisconnectCloses: also those that Arduino's firmware takes for a
// failed connect.
func TestEveryDisconnectCloses(t *testing.T) {
	for _, p := range []Profile{Arduino200(), Adafruit330()} {
		h, clock := radioHost(t, Config{Profile: p})
		h.join2(clock)
		h.connect(0)
		h.DropLink(wire.ReasonAuthFail)
		want := stateOpen
		if p.Quirks.Has(FailureCloses) {
			want = stateClosed
		}
		h.expect(state(0), want)
	}
}

// TestScansOfAll: all networks, raw encryption, natural BSSIDs, and the link
// stays.
func TestScansOfAll(t *testing.T) {
	air := []AccessPoint{DefaultAccessPoint()}
	for i := range 20 {
		air = append(air, AccessPoint{SSID: "net", RSSI: int8(-50 - i), Channel: uint8(i), BSSID: [6]byte{1, 2, 3, 4, 5, byte(i)}})
	}
	air[2].Username, air[3].Encryption, air[4].Encryption = "ann", wire.EncryptionUnknown, wire.EncryptionWEP
	air[5].Encryption = wire.EncryptionWPA
	h, clock := radioHost(t, Config{Profile: Adafruit330(), AccessPoints: air})
	h.join2(clock)
	want := "e0a715 09 6e696e617472616365" + strings.Repeat("036e6574", 20) + "ee"
	h.expect("e02700ee", want)
	h.expect(askStatus, statusIs(wire.StatusConnected))
	for i, mode := range []int{3, 0, 5, 6, 1, 2} {
		h.expect(fmt.Sprintf("e033 01 01 %02x ee ffff", i), fmt.Sprintf("e0b30101 %02x ee", mode))
	}
	h.expect("e03c 01 01 14 ee ffff", "e0bc0106 010203040513 ee")
	h.expect("e03d 01 01 15 ee ffff", "e0bd0101 00 ee")
	assert.Empty(t, h.Misuses(), "an index beyond the last is looked at")
}

func TestFailedScans(t *testing.T) {
	for _, p := range []Profile{Arduino200(), Adafruit330()} {
		h, clock := radioHost(t, Config{Profile: p})
		h.SetScanFailure(true)
		want := "e0a700ee"
		if p.Quirks.Has(NegativeScanCount) {
			want = "e0a7feee"
		}
		h.expect("e02700ee", want)
		h.SetScanFailure(false)
		if p.Quirks.Has(ScanDropsLink) {
			h.expect(askStatus, statusIs(wire.StatusNoSSIDAvail))
			continue
		}
		h.expect(setPassphraseCmd("ninatrace", "ninatrace"), "e0910101 01 ee")
		h.expect("e02700ee", want) // not while it joins
		clock.Sleep(time.Second)
		h.expect("e02700ee", "e0a701 09 6e696e617472616365 ee")
	}
}

// TestEnterpriseInSteps: identity, user name, password, enable, and a join.
func TestEnterpriseInSteps(t *testing.T) {
	corp := AccessPoint{SSID: "corp", Username: "ann", Passphrase: "pa"}
	for _, p := range []Profile{Adafruit177(), Adafruit330()} {
		h, clock := radioHost(t, Config{Profile: p, AccessPoints: []AccessPoint{corp}})
		h.expect("e04a 01 02 6964 ee ff", "e0ca0101 01 ee")
		h.expect("e04b 01 03 616e6e ee", "e0cb0101 01 ee")
		h.expect("e04c 01 02 7061 ee ff", "e0cc0101 01 ee")
		h.expect("e010 01 04 636f7270 ee ffffff", "e0900101 01 ee")
		clock.Sleep(time.Second)
		h.expect("e02300ee", "e0a301 00 ee") // not enabled yet
		h.expect("e04f00ee", "e0cf0101 01 ee")
		h.expect("e010 01 04 636f7270 ee ffffff", "e0900101 01 ee")
		clock.Sleep(time.Second)
		h.expect(askStatus, statusIs(wire.StatusConnected))
		h.expect("e04d 01 01 00 ee ffff", "ef00ee00")
		h.expect("e04e 02 01 00 01 00 ee", "ef00ee00")
		assert.Empty(t, h.Misuses())
		h.expect(padded("e04b 01 21 "+strings.Repeat("61", 33)+" ee"), "e0cb0101 01 ee")
		assert.Len(t, h.Misuses(), 1)
	}
}
