package wifinina

import (
	"time"

	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// joinPoll is how often the status is asked for during a join, as
// CircuitPython does (reference §6.1).
const joinPoll = 50 * time.Millisecond

// apChannel is the channel of our own access point.
const apChannel = 1

// join tries once to join the network or to open the access point, and waits
// until the firmware says how that went.
func (o *op) join(params *netlink.ConnectParams) error {
	if err := o.joinRequest(params); err != nil {
		return err
	}
	limit := o.now.Add(joinTimeout(params))
	for {
		v, err := o.once(wire.GetConnStatus)
		if err != nil {
			return err
		}
		switch status := wire.Status(v.Uint8()); {
		case joined(status, params.ConnectMode):
			return nil
		case failed(status):
			return o.whyNot(params.ConnectMode)
		}
		if !o.now.Before(limit) {
			return ErrJoinTimeout
		}
		o.d.clock.Sleep(joinPoll)
	}
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

// joinRequest asks the firmware to begin.
func (o *op) joinRequest(params *netlink.ConnectParams) error {
	ssid, pass := wire.Text(params.Ssid), wire.Text(params.Passphrase)
	switch {
	case params.ConnectMode == netlink.ConnectModeAP && params.Passphrase == "":
		return o.acceptedOnce(wire.SetAPNet, ssid, wire.Uint(apChannel))
	case params.ConnectMode == netlink.ConnectModeAP:
		return o.acceptedOnce(wire.SetAPPassphrase, ssid, pass, wire.Uint(apChannel))
	case params.Passphrase == "":
		return o.acceptedOnce(wire.SetNet, ssid)
	}
	return o.acceptedOnce(wire.SetPassphrase, ssid, pass)
}

// whyNot asks for the reason of a failed join. There is none for an access
// point, and firmware without the command leaves it at ErrJoinFailed.
func (o *op) whyNot(mode netlink.ConnectMode) error {
	if mode == netlink.ConnectModeAP {
		return ErrJoinFailed
	}
	v, err := o.once(wire.GetReasonCode)
	if e, ok := err.(Error); ok && e == ErrUnsupported {
		return ErrJoinFailed
	}
	if err != nil {
		return err
	}
	switch wire.Reason(v.Uint8()) {
	case wire.ReasonNoAPFound:
		return ErrNoSuchNetwork
	case wire.ReasonAuthFail, wire.ReasonAuthExpire, wire.ReasonHandshakeTimeout, wire.ReasonKeyTimeout:
		return ErrWrongPassphrase
	}
	return ErrJoinFailed
}

// joinTimeout returns the time one try to join may take.
func joinTimeout(params *netlink.ConnectParams) time.Duration {
	if params.ConnectTimeout > 0 {
		return params.ConnectTimeout
	}
	return netlink.DefaultConnectTimeout
}
