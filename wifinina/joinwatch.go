package wifinina

import (
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A joinWatch reads from one status after the other how a join goes.
type joinWatch struct {
	profile *profile
	mode    netlink.ConnectMode
	last    wire.Status
	looked  bool
}

// A verdict is what a status says of a join.
type verdict uint8

const (
	joinAtWork verdict = iota
	joinDone
	joinFailed
)

// look takes the next status. On firmware that tells the status of the station
// as arduino-esp32 has it, that of the join before stays until something
// happens: there a failure counts when it was not there at the last look.
func (w *joinWatch) look(s wire.Status) verdict {
	fresh := w.looked && s != w.last
	w.last, w.looked = s, true
	switch {
	case joined(s, w.mode):
		return joinDone
	case w.profile.stationStatus:
		if fresh && stationFailed(s) {
			return joinFailed
		}
	case failed(s):
		return joinFailed
	}
	return joinAtWork
}

// joined reports whether a status is what the mode hopes for. That of an
// access point may linger while a station joins, and the other way round.
func joined(s wire.Status, mode netlink.ConnectMode) bool {
	if mode == netlink.ConnectModeAP {
		return s == wire.StatusAPListening || s == wire.StatusAPConnected
	}
	return s == wire.StatusConnected
}

// failed reports whether a status ends a join.
func failed(s wire.Status) bool {
	switch s {
	case wire.StatusConnectFailed, wire.StatusConnectionLost, wire.StatusDisconnected, wire.StatusAPFailed:
		return true
	}
	return false
}

// booted reports whether a status is that of firmware that has not been told to
// join anything since it booted.
func booted(s wire.Status) bool {
	return s == wire.StatusIdle || s == wire.StatusStopped || s == wire.StatusNoModule
}

// stationFailed reports whether arduino-esp32 sets a status when a join fails.
// Of its others, DISCONNECTED is a join at work too (arduino-esp32 STA.cpp
// _onStaArduinoEvent).
func stationFailed(s wire.Status) bool {
	switch s {
	case wire.StatusNoSSIDAvail, wire.StatusConnectFailed, wire.StatusConnectionLost:
		return true
	}
	return false
}
