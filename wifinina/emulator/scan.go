package emulator

import (
	"cmp"
	"slices"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// scanNetworks blocks for the scan, ends the link, and answers the names of
// the strongest networks. The rest of what was found is asked for by index,
// and what an earlier scan found stays behind a shorter result.
func scanNetworks(f *firmware) {
	r := &f.radio
	r.leave(f)
	r.softAP = false
	r.status = wire.StatusScanCompleted
	f.takes(f.e.cfg.ScanTime)
	found := slices.DeleteFunc(slices.Clone(f.e.air), func(ap AccessPoint) bool { return ap.Hidden })
	slices.SortStableFunc(found, func(a, b AccessPoint) int { return cmp.Compare(b.RSSI, a.RSSI) })
	n := copy(r.scanned[:], found)
	names := make([]wire.Value, n)
	for i, ap := range r.scanned[:n] {
		names[i] = wire.Text(ap.SSID)
	}
	f.answer(names...)
}

// found returns the network whose index is at offset 4.
func (f *firmware) found() AccessPoint {
	n := int(f.u8(4))
	if n >= wire.MaxNetworks {
		f.misuse("network %d of %d", n, wire.MaxNetworks)
		return AccessPoint{}
	}
	return f.radio.scanned[n]
}

func getIdxRSSI(f *firmware) { f.answer(wire.Int(int64(f.found().RSSI))) }

func getIdxEncT(f *firmware) { f.answer(wire.Uint(f.found().encryption())) }

func getIdxChannel(f *firmware) { f.answer(wire.Uint(f.found().Channel)) }

func getIdxBSSID(f *firmware) { f.answerMAC(f.found().BSSID) }
