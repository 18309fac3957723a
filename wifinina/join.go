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
	if err := o.how.ask(o, params.Ssid); err != nil {
		return err
	}
	fw := o.d.profile()
	if params.ConnectMode == netlink.ConnectModeAP && fw.stationStatus {
		return nil // the answer to the request is all there is
	}
	watch := joinWatch{profile: &fw, mode: params.ConnectMode}
	limit := o.now.Add(joinTimeout(params))
	for {
		v, err := o.once(wire.GetConnStatus)
		if err != nil {
			return err
		}
		switch watch.look(wire.Status(v.Uint8())) {
		case joinDone:
			return nil
		case joinFailed:
			return o.whyNot(params.ConnectMode)
		}
		if !o.now.Before(limit) {
			return o.whyNotInTime(&fw)
		}
		o.d.clock.Sleep(joinPoll)
	}
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

// whyNotInTime asks firmware whose status does not tell a failed join from one
// at work.
func (o *op) whyNotInTime(fw *profile) error {
	if fw.stationStatus {
		err := o.whyNot(netlink.ConnectModeSTA)
		if e, ok := err.(Error); !ok || e != ErrJoinFailed {
			return err
		}
	}
	return ErrJoinTimeout
}

// joinTimeout returns the time one try to join may take.
func joinTimeout(params *netlink.ConnectParams) time.Duration {
	if params.ConnectTimeout > 0 {
		return params.ConnectTimeout
	}
	return netlink.DefaultConnectTimeout
}
