package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// scanNetworks blocks for the scan and answers the names of the networks found,
// the strongest first. The rest is asked for by index.
func scanNetworks(f *firmware) {
	r, drops := &f.radio, f.quirk(ScanDropsLink)
	fails := f.e.scans.lasts(f.now) || !drops && !r.joinedAt.IsZero()
	if drops {
		r.leave(f)
		r.softAP = false
		r.status = wire.StatusScanCompleted
	}
	if fails {
		f.scanFailed()
		return
	}
	f.waits(f.e.cfg.ScanTime)
	n := f.keep(f.e.inRange(f.now))
	names := make([]wire.Value, n)
	for i, ap := range r.scanned[:n] {
		names[i] = wire.Text(ap.SSID)
	}
	f.answer(names...)
}

// inRange returns what a scan finds.
func (e *Emulator) inRange(now time.Time) []AccessPoint {
	found := slices.DeleteFunc(slices.Clone(e.inReach(now)), func(ap AccessPoint) bool { return ap.Hidden })
	slices.SortStableFunc(found, func(a, b AccessPoint) int { return cmp.Compare(b.RSSI, a.RSSI) })
	return found
}

// keep notes what a scan has found and returns how many networks that are.
// Those of an earlier scan may stay behind a shorter result.
func (f *firmware) keep(found []AccessPoint) int {
	r := &f.radio
	if f.quirk(TenNetworks) {
		found = found[:min(len(found), wire.MaxNetworks)]
	}
	if !f.quirk(StaleScan) {
		r.scanned = found
		return len(found)
	}
	r.scanned = append(found, r.scanned[min(len(found), len(r.scanned)):]...)
	return len(found)
}

// scanFailed answers no networks, or a negative number of them.
func (f *firmware) scanFailed() {
	f.radio.status = wire.StatusNoSSIDAvail
	f.answer()
	if f.quirk(NegativeScanCount) {
		f.out[2] = 0xFE // WIFI_SCAN_FAILED, -2
	}
}

// found returns the network whose index is at offset 4.
func (f *firmware) found() AccessPoint {
	n := int(f.u8(4))
	if n < len(f.radio.scanned) {
		return f.radio.scanned[n]
	}
	if n >= wire.MaxNetworks && f.quirk(TenNetworks) {
		f.misuse("network %d of %d", n, wire.MaxNetworks)
	}
	return AccessPoint{}
}

func getIdxRSSI(f *firmware) { f.answer(wire.Int(int64(f.found().RSSI))) }

func getIdxEncT(f *firmware) {
	if f.quirk(RawEncryption) {
		f.answer(wire.Uint(f.found().authMode()))
		return
	}
	f.answer(wire.Uint(f.found().encryption()))
}

func getIdxChannel(f *firmware) { f.answer(wire.Uint(f.found().Channel)) }

func getIdxBSSID(f *firmware) { f.answerMAC(f.found().BSSID) }
