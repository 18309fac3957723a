package wifinina

import (
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// credentials are what it takes to join a network, or to be one.
type credentials interface {
	// ask tells the firmware to begin. ErrRefused: it says no.
	ask(o *op, ssid string) error
}

// credentialsOf returns what NetConnect goes by. Which WPA it is the firmware
// and the access point find out between them.
func credentialsOf(params *netlink.ConnectParams) credentials {
	pass := params.Passphrase
	if params.AuthType == netlink.AuthTypeOpen {
		pass = ""
	}
	if params.ConnectMode == netlink.ConnectModeAP {
		return accessPoint{pass, apChannel}
	}
	return passphrase(pass)
}

// A passphrase joins a network that is open, for which it is empty, or goes by
// WPA.
type passphrase string

func (p passphrase) ask(o *op, ssid string) error {
	if p == "" {
		return o.acceptedOnce(wire.SetNet, wire.Text(ssid))
	}
	return o.acceptedOnce(wire.SetPassphrase, wire.Text(ssid), wire.Text(string(p)))
}

// A wepKey joins a network that goes by WEP. The firmware ignores its index.
type wepKey string

func (k wepKey) ask(o *op, ssid string) error {
	return o.acceptedOnce(wire.SetKey, wire.Text(ssid), wire.Uint(uint8(0)), wire.Text(string(k)))
}

// An accessPoint is one of our own, open if the passphrase is empty.
type accessPoint struct {
	passphrase string
	channel    uint8
}

func (a accessPoint) ask(o *op, ssid string) error {
	if a.passphrase == "" {
		return o.acceptedOnce(wire.SetAPNet, wire.Text(ssid), wire.Uint(a.channel))
	}
	return o.acceptedOnce(wire.SetAPPassphrase, wire.Text(ssid), wire.Text(a.passphrase), wire.Uint(a.channel))
}
