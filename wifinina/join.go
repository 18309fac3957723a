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
		switch wire.Status(v.Uint8()) {
		case wire.StatusConnected, wire.StatusAPListening, wire.StatusAPConnected:
			return nil
		case wire.StatusConnectFailed, wire.StatusConnectionLost, wire.StatusDisconnected, wire.StatusAPFailed:
			return o.whyNot()
		}
		if !o.now.Before(limit) {
			return ErrJoinTimeout
		}
		o.d.clock.Sleep(joinPoll)
	}
}

// joinRequest asks the firmware to begin.
func (o *op) joinRequest(params *netlink.ConnectParams) error {
	ssid, pass := wire.Text(params.Ssid), wire.Text(params.Passphrase)
	var v wire.Value
	var err error
	switch {
	case params.ConnectMode == netlink.ConnectModeAP && params.Passphrase == "":
		v, err = o.once(wire.SetAPNet, ssid, wire.Uint(apChannel))
	case params.ConnectMode == netlink.ConnectModeAP:
		v, err = o.once(wire.SetAPPassphrase, ssid, pass, wire.Uint(apChannel))
	case params.Passphrase == "":
		v, err = o.once(wire.SetNet, ssid)
	default:
		v, err = o.once(wire.SetPassphrase, ssid, pass)
	}
	if err == nil && v.Int() != 1 {
		err = ErrRefused
	}
	return err
}

// whyNot asks for the reason of a failed join. Firmware without the command
// leaves it at ErrJoinFailed.
func (o *op) whyNot() error {
	v, err := o.once(wire.GetReasonCode)
	if err != nil {
		return ErrJoinFailed
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
