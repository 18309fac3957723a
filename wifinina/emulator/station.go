package emulator

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// maxNameKept is how much of the module's own name the firmware keeps.
const maxNameKept = 32

func setNet(f *firmware) {
	f.radio.join(f, credentials{ssid: f.text(3, wire.MaxSSID, "SSID")})
	f.answer(wire.Flag(true))
}

// setPassphrase answers before the join has begun.
func setPassphrase(f *firmware) {
	ssid := f.text(3, wire.MaxSSID, "SSID")
	key := f.text(4+int(f.u8(3)), wire.MaxPassphrase, "passphrase")
	f.radio.join(f, credentials{ssid: ssid, key: key})
	f.answer(wire.Flag(true))
}

// setKey ignores the index of the key.
func setKey(f *firmware) {
	ssid := f.text(3, wire.MaxSSID, "SSID")
	key := f.text(6+int(f.u8(3)), wire.MaxWEPKey, "WEP key")
	f.radio.join(f, credentials{ssid: ssid, key: key})
	f.answer(wire.Flag(true))
}

// setIPConfig stops DHCP until the next reset. The firmware never sets the
// value it answers.
func setIPConfig(f *firmware) {
	r := &f.radio
	r.static = true
	for i, a := range []*netip.Addr{&r.ip, &r.gateway, &r.mask}[:f.valid(3)] {
		*a = f.ip(6 + 5*i)
	}
	r.dns = [2]netip.Addr{}
	f.answer(wire.Flag(!f.quirk(ZeroIPConfig)))
}

// valid returns how many of n addresses of the command at work count.
func (f *firmware) valid(n int) int {
	if f.quirk(IgnoredValidCount) {
		return n
	}
	return min(int(f.u8(4)), n)
}

// setDNSConfig leaves alone what it is given no address for.
func setDNSConfig(f *firmware) {
	for i := range f.valid(2) {
		if addr := f.ip(6 + 5*i); !addr.IsUnspecified() {
			f.radio.dns[i] = addr
		}
	}
	f.answer(wire.Flag(true))
}

func setHostname(f *firmware) {
	name := f.text(3, wire.MaxHost, "host name")
	f.radio.hostname = name[:min(len(name), maxNameKept)]
	f.answer(wire.Flag(true))
}

// disconnect leaves the network. The address stays for a while.
func disconnect(f *firmware) {
	f.radio.leave(f)
	f.answer(wire.Flag(true))
}

func getConnStatus(f *firmware) { f.answer(wire.Uint(f.status())) }

func getReasonCode(f *firmware) { f.answer(wire.Uint(f.radio.reason)) }

func getIPAddr(f *firmware) {
	r := &f.radio
	if f.hidesAP() {
		r = &radio{}
	}
	f.answer(wire.IP(octets(r.ip)), wire.IP(octets(r.mask)), wire.IP(octets(r.gateway)))
}

func getDNSConfig(f *firmware) {
	f.answer(wire.IP(octets(f.radio.dns[0])), wire.IP(octets(f.radio.dns[1])))
}

func getCurrSSID(f *firmware) { f.answer(wire.Text(f.record().SSID)) }

// record returns what the firmware tells of the access point in use.
func (f *firmware) record() AccessPoint {
	if f.hidesAP() {
		return AccessPoint{}
	}
	return f.radio.record
}

// getCurrRSSI answers 0 without a link, and for the soft-AP.
func getCurrRSSI(f *firmware) { f.answer(wire.Int(int64(f.record().RSSI))) }

// getCurrEncT answers "open" without a link: the record is all zeros then.
func getCurrEncT(f *firmware) {
	enc := f.record().encryption()
	if !f.radio.linked && !f.radio.softAP && !f.quirk(OpenWithoutLink) {
		enc = wire.EncryptionUnknown
	}
	f.answer(wire.Uint(enc))
}

func getCurrBSSID(f *firmware) {
	if f.radio.softAP && !f.hidesAP() {
		f.answerMAC(f.mac())
		return
	}
	f.answerMAC(f.record().BSSID)
}

func getMACAddr(f *firmware) { f.answerMAC(f.mac()) }

// mac returns the address of the interface in use: the soft-AP's is the
// station's plus one.
func (f *firmware) mac() [6]byte {
	mac := f.e.cfg.MAC
	if f.radio.softAP && !f.hidesAP() {
		mac[5]++
	}
	return mac
}

// answerMAC sends a MAC address, on most firmware last octet first.
func (f *firmware) answerMAC(mac [6]byte) {
	if f.quirk(ReversedMAC) {
		for i := range 3 {
			mac[i], mac[5-i] = mac[5-i], mac[i]
		}
	}
	copy(f.scratch[:], mac[:])
	f.answer(wire.Bytes(f.scratch[:6]))
}
