package fidelity

import (
	"encoding/binary"
	"hash/crc32"
	"slices"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An air is what the replies have told of the access points around.
type air struct {
	joined []*entry   // networks the station was in, each once
	scans  [][]*entry // what each scan has found
}

// An entry is an access point, with what is known of it.
type entry struct {
	emulator.AccessPoint
	rssi, takes bool // RSSI is known; somebody was let in
}

// admit notes that a network takes c.
func (a *air) admit(c credentials) {
	e := a.of(c.ssid)
	e.Passphrase, e.Username, e.takes = c.key, c.user, true
}

// of returns the entry of a network that was joined.
func (a *air) of(ssid string) *entry {
	i := slices.IndexFunc(a.joined, func(e *entry) bool { return e.SSID == ssid })
	if i < 0 {
		a.joined = append(a.joined, &entry{AccessPoint: emulator.AccessPoint{SSID: ssid}})
		i = len(a.joined) - 1
	}
	return a.joined[i]
}

// secret is a passphrase that no host of a recording knows.
const secret = "\x00"

// points returns the access points in reach when a scan is, was, or will be
// the one with that index.
func (a *air) points(scan int) (points []emulator.AccessPoint) {
	seen := map[string]bool{}
	if scan = min(scan, len(a.scans)-1); scan >= 0 {
		strength := int8(-1)
		for _, e := range a.scans[scan] {
			ap := e.AccessPoint
			a.complete(&ap, e.rssi)
			if strength = min(strength, ap.RSSI); ap.RSSI == 0 {
				ap.RSSI = strength
			}
			points = append(points, ap)
			seen[ap.SSID] = true
		}
	}
	for _, e := range a.joined {
		if ap := e.AccessPoint; !seen[ap.SSID] {
			ap.Hidden = len(a.scans) > 0
			points = append(points, ap)
		}
	}
	for i := range points {
		if points[i].BSSID == [6]byte{} {
			points[i].BSSID = a.bssid(points[i].SSID)
		}
	}
	return points
}

// bssid returns the address of a network as some reply told it, or one made
// up, which is always the same: a station loses its link when the address of
// its access point is gone.
func (a *air) bssid(ssid string) [6]byte {
	for _, entries := range append([][]*entry{a.joined}, a.scans...) {
		for _, e := range entries {
			if e.SSID == ssid && e.BSSID != [6]byte{} {
				return e.BSSID
			}
		}
	}
	made := [6]byte{2}
	binary.BigEndian.PutUint32(made[2:], crc32.ChecksumIEEE([]byte(ssid)))
	return made
}

// complete adds to an access point that was found what a join has told of it,
// the strength only if the scan has not told one.
func (a *air) complete(ap *emulator.AccessPoint, rssi bool) {
	i := slices.IndexFunc(a.joined, func(e *entry) bool { return e.SSID == ap.SSID })
	if i < 0 || !a.joined[i].takes {
		if ap.Encryption != wire.EncryptionNone {
			ap.Passphrase = secret
		}
		return
	}
	e := a.joined[i]
	ap.Passphrase, ap.Username = e.Passphrase, e.Username
	if !rssi {
		ap.RSSI = e.RSSI
	}
	if ap.Encryption == 0 {
		ap.Encryption = e.Encryption
	}
}

// without returns the access points but those of a network, and with locked
// one of that name that lets nobody in.
func without(points []emulator.AccessPoint, ssid string, locked bool) []emulator.AccessPoint {
	points = slices.DeleteFunc(points, func(ap emulator.AccessPoint) bool { return ap.SSID == ssid })
	if locked {
		points = append(points, emulator.AccessPoint{SSID: ssid, Passphrase: secret, BSSID: [6]byte{2, 1}})
	}
	return points
}

// current returns what is known of the network the station is in, nil if it is
// in none.
func (in *inference) current() *entry {
	if in.radio.linked == nil {
		return nil
	}
	return in.air.of(in.radio.linked.ssid)
}

// currSSID tells that there is a link, or none.
func (in *inference) currSSID() {
	switch {
	case !in.x.tells(1):
	case len(in.x.vals[0].Bytes()) > 0:
		in.linkShown()
	case in.current() != nil && in.radio.linked.ssid != "":
		in.radio.linked = nil
		in.drops(in.reason(wire.StatusDisconnected))
	}
}

func (in *inference) currBSSID() {
	if e := in.current(); e != nil && in.x.tells(1) {
		e.BSSID = in.octets(in.x.vals[0].Bytes())
	}
}

func (in *inference) currRSSI() {
	if e := in.current(); e != nil && in.x.tells(1) && !e.rssi {
		e.RSSI, e.rssi = int8(in.x.vals[0].Int()), true
	}
}

func (in *inference) currEncT() {
	if e := in.current(); e != nil && in.x.tells(1) {
		e.Encryption = wire.Encryption(in.x.vals[0].Uint8())
	}
}

// scan notes what a scan finds. A status behind it tells a failure.
func (in *inference) scan() {
	in.leave()
	var found []*entry
	for _, v := range in.x.vals {
		found = append(found, &entry{AccessPoint: emulator.AccessPoint{SSID: string(v.Bytes())}})
	}
	n := len(in.air.scans)
	in.air.scans = append(in.air.scans, found)
	in.then(func(p *player) { p.surround(n) }, "the air of scan %d", n+1)
	told := in.later(func(x *exchange) bool { return x.cmd == wire.GetConnStatus && x.tells(1) }, controlsRadio)
	fails := len(found) == 0 && told != nil && wire.Status(told.vals[0].Uint8()) == wire.StatusNoSSIDAvail
	in.then(func(p *player) { p.chip.SetScanFailure(fails) }, "scans fail: %t", fails)
}

// indexed returns the access point whose index in the last scan is asked for.
func (in *inference) indexed() *entry {
	if n := len(in.air.scans); n > 0 && in.x.tells(1) {
		if found, i := in.air.scans[n-1], int(in.x.u8(4)); i < len(found) {
			return found[i]
		}
	}
	return nil
}

func (in *inference) idxRSSI() {
	if e := in.indexed(); e != nil {
		e.RSSI, e.rssi = int8(in.x.vals[0].Int()), true
	}
}

func (in *inference) idxEncT() {
	if e := in.indexed(); e != nil {
		e.Encryption = wire.Encryption(in.x.vals[0].Uint8())
	}
}

func (in *inference) idxBSSID() {
	if e := in.indexed(); e != nil {
		e.BSSID = in.octets(in.x.vals[0].Bytes())
	}
}

func (in *inference) idxChannel() {
	if e := in.indexed(); e != nil {
		e.Channel = in.x.vals[0].Uint8()
	}
}
