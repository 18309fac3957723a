package emulator

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An AccessPoint is a WiFi network in reach.
type AccessPoint struct {
	SSID       string // at most 32 bytes
	Passphrase string // empty: none is asked for
	Username   string // not empty: WPA2 enterprise, joined with SET_ENT
	BSSID      [6]byte
	Channel    uint8
	RSSI       int8            // dBm
	Encryption wire.Encryption // zero: as Passphrase and Username say
	Hidden     bool            // not found by a scan
}

// DefaultAccessPoint returns the access point of a Config that names none:
// SSID "ninatrace", passphrase "ninatrace".
func DefaultAccessPoint() AccessPoint {
	return AccessPoint{
		SSID:       "ninatrace",
		Passphrase: "ninatrace",
		BSSID:      [6]byte{0x24, 0x0A, 0xC4, 0x10, 0x20, 0x30},
		Channel:    6,
		RSSI:       -47,
	}
}

func (a AccessPoint) encryption() wire.Encryption {
	switch {
	case a.Encryption != 0:
		return a.Encryption
	case a.Username != "":
		return wire.EncryptionUnknown
	case a.Passphrase == "":
		return wire.EncryptionNone
	}
	return wire.EncryptionWPA2
}

// authMode returns the encryption as ESP-IDF numbers it.
func (a AccessPoint) authMode() uint8 {
	switch a.encryption() {
	case wire.EncryptionNone:
		return 0
	case wire.EncryptionWEP:
		return 1
	case wire.EncryptionWPA:
		return 2
	case wire.EncryptionWPA2:
		return 3
	}
	if a.Username != "" {
		return 5
	}
	return 6 // WPA3
}

// admits reports whether a station with these credentials may join. An open
// network takes everybody.
func (a AccessPoint) admits(c credentials) bool {
	return a.Username == c.user && (a.Passphrase == "" || a.Passphrase == c.key)
}

// A Lease is what the access point's DHCP server hands out. Sockets do not use
// these addresses: they are the host's.
type Lease struct {
	IP, Mask, Gateway, DNS netip.Addr // IPv4
}

// Address returns the module's address: IP, or what stands for a zero one.
func (l Lease) Address() netip.Addr { return l.withDefaults().IP }

func (l Lease) withDefaults() Lease {
	fill := func(a *netip.Addr, preset ...byte) {
		if !a.IsValid() {
			*a, _ = netip.AddrFromSlice(preset)
		}
	}
	fill(&l.IP, 192, 168, 1, 23)
	fill(&l.Mask, 255, 255, 255, 0)
	fill(&l.Gateway, 192, 168, 1, 1)
	if !l.DNS.IsValid() {
		l.DNS = l.Gateway
	}
	return l
}

// SetAccessPoints replaces the networks in reach, and ends [LoseAP]. A station
// whose access point is no longer among them loses its link as after missing
// beacons, reason 200. The log tells it as LoseAP of the names that come and go.
func (e *Emulator) SetAccessPoints(aps ...AccessPoint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.clock.Now()
	e.strikeUntil(now)
	e.settleAt(now)
	e.replaceAir(aps, now)
}

// DropLink makes the access point send the station away for reason, as the
// fault [DropLink] does, also while it still joins. What follows is the
// firmware's: 201 and 202 read as a failed connect, 203 is retried, and with any
// other the connected sockets are closed. Without a link or a join nothing
// happens.
func (e *Emulator) DropLink(reason wire.Reason) { e.Inject(Fault{Kind: DropLink, N: int(reason)}) }

// RestoreLink lets the station join the network it was last told to join, as
// after a SET_PASSPHRASE whose JoinTime has passed. Arduino's firmware does
// not do that on its own; Adafruit's does.
func (e *Emulator) RestoreLink() { e.Inject(Fault{Kind: RestoreLink}) }

// SetScanFailure makes all scans from now on fail, or no longer.
func (e *Emulator) SetScanFailure(fail bool) {
	f := Fault{Kind: FailScans}
	if !fail {
		f.For = -1
	}
	e.Inject(f)
}

// SetStations says how many stations have joined the soft-AP. Without one
// nothing happens.
func (e *Emulator) SetStations(n int) { e.Inject(Fault{Kind: Stations, N: n}) }

func (f *firmware) dropLink(reason wire.Reason) bool {
	r := &f.radio
	if !r.linked && r.joinedAt.IsZero() {
		return false
	}
	r.joinedAt = time.Time{}
	r.disconnected(f, reason)
	return true
}

func (f *firmware) restoreLink() bool {
	r := &f.radio
	if r.linked || r.softAP {
		return false
	}
	r.joinedAt = f.now
	r.settle(f)
	return true
}

func (f *firmware) setStations(n int) bool {
	r := &f.radio
	if !r.apUp() {
		return false
	}
	if r.status = wire.StatusAPListening; n > 0 {
		r.status = wire.StatusAPConnected
	}
	return true
}

// Hostname returns the name under which the station asks for its address:
// what SET_HOSTNAME has said since the last reset, by default "arduino-" and
// the last two octets of the MAC address.
func (e *Emulator) Hostname() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fw != nil && e.fw.radio.hostname != "" {
		return e.fw.radio.hostname
	}
	return fmt.Sprintf("arduino-%x", e.cfg.MAC[4:])
}
