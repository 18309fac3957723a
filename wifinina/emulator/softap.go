package emulator

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// minPassphrase is the shortest passphrase a soft-AP can have.
const minPassphrase = 8

func setAPNet(f *firmware) {
	ssid := f.text(3, wire.MaxSSID, "SSID")
	f.startAP(AccessPoint{SSID: ssid, Channel: f.u8(5 + int(f.u8(3)))})
}

func setAPPassphrase(f *firmware) {
	ssid, n := f.text(3, wire.MaxSSID, "SSID"), int(f.u8(3))
	key := f.text(4+n, wire.MaxPassphrase, "passphrase")
	ap := AccessPoint{SSID: ssid, Passphrase: key, Encryption: wire.EncryptionWPA2}
	ap.Channel = f.u8(6 + n + int(f.u8(4+n)))
	f.startAP(ap)
}

// startAP ends a station's link and opens an access point, unless the driver
// refuses its passphrase. It takes any channel: what the real driver makes of
// 0 and 255 is not known (reference §6.3 T-4).
func (f *firmware) startAP(ap AccessPoint) {
	r := &f.radio
	r.leave(f)
	r.softAP = true
	ok := ap.Encryption == 0 || len(ap.Passphrase) >= minPassphrase
	if !ok {
		r.status = wire.StatusAPFailed
		f.answer(wire.Flag(false))
		return
	}
	r.record, r.status = ap, wire.StatusAPListening
	if !r.static {
		r.ip = netip.AddrFrom4([4]byte{192, 168, 4, 1})
		r.mask = netip.AddrFrom4([4]byte{255, 255, 255, 0})
		r.gateway = r.ip
	}
	f.answer(wire.Flag(true))
}
