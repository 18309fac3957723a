package emulator

import "github.com/ninatrace/ninatrace/wifinina/wire"

// status returns the status as the firmware tells it.
func (f *firmware) status() wire.Status {
	if f.quirk(StationOnly) {
		return f.radio.stationStatus()
	}
	return f.radio.status
}

// stationStatus is arduino-esp32's status of the station: a join changes it
// only when it ends, and how the last one ended stays (STA.cpp
// _onStaArduinoEvent).
func (r *radio) stationStatus() wire.Status {
	switch {
	case r.linked:
		return wire.StatusConnected
	case r.softAP || r.wanted.ssid == "":
		return wire.StatusStopped
	}
	switch r.reason {
	case wire.ReasonNoAPFound:
		return wire.StatusNoSSIDAvail
	case wire.ReasonAuthFail, wire.ReasonAssocFail:
		return wire.StatusConnectFailed
	case wire.ReasonBeaconTimeout, wire.ReasonKeyTimeout:
		return wire.StatusConnectionLost
	}
	return wire.StatusDisconnected
}

// hidesAP reports whether the interface in use is one the firmware tells
// nothing of.
func (f *firmware) hidesAP() bool { return f.radio.softAP && f.quirk(StationOnly) }
