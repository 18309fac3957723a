package wifinina

import (
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Enterprise is what it takes to join a WPA2 enterprise network by PEAP and
// MSCHAPv2.
type Enterprise struct {
	Identity string // told in the clear; may be empty with Arduino's firmware
	Username string
	Password string
	RootCA   string // PEM of the certificate the network's server is checked by; empty: it is not
}

// NetConnectEnterprise is NetConnect to a WPA2 enterprise network; Passphrase
// and ConnectMode of params do not count.
//
// Arduino's firmware has it since 1.3.0, with up to 128 bytes each of identity,
// user name and password. A RootCA that makes the request larger than the
// device's buffer is put together in memory that is allocated for that.
// Adafruit's has it since 1.4.0, with 32 bytes each, checks no server
// (ErrUnsupported with a RootCA), and cannot forget it again: before it joins
// another kind of network the coprocessor must be reset.
func (d *Device) NetConnectEnterprise(params *netlink.ConnectParams, e Enterprise) error {
	return d.joinBy(wire.SetEnt, params, e)
}

// ask implements credentials, in the way of the family.
func (e Enterprise) ask(o *op, ssid string) error {
	if err := o.acquire(); err != nil {
		return err
	}
	defer o.release()
	if o.d.fw.entSteps {
		return e.askInSteps(o, ssid)
	}
	return e.askAtOnce(o, ssid)
}

// Sizes of the firmware's buffers (nina-fw CommandHandler.cpp setEnt,
// wpa2EntSetIdentity).
const (
	maxEntArduino  = 128
	maxEntAdafruit = 32
)

// eapPEAP is the EAP type whose parameters are a user name and a password.
const eapPEAP = 0

func (e Enterprise) askAtOnce(o *op, ssid string) error {
	o.cmd = wire.SetEnt
	switch {
	case !o.d.fw.has(wire.SetEnt):
		return ErrUnsupported
	case e.longerThan(maxEntArduino), len(e.RootCA) > wire.MaxFrame/2:
		return ErrTooLong
	}
	ca := "\x00" // the firmware wants a C string
	if e.RootCA != "" {
		ca = e.RootCA + ca
	}
	return o.accepted(wire.SetEnt, wire.Uint(uint8(eapPEAP)), wire.Text(ssid), wire.Text(e.Username),
		wire.Text(e.Password), wire.Text(e.Identity), wire.Text(ca))
}

func (e Enterprise) askInSteps(o *op, ssid string) error {
	o.cmd = wire.SetEntEnable
	switch {
	case !o.d.fw.has(wire.SetEntEnable), e.RootCA != "":
		return ErrUnsupported
	case e.longerThan(maxEntAdafruit):
		return ErrTooLong
	}
	if err := o.accepted(wire.SetEntIdent, wire.Text(e.Identity)); err != nil {
		return err
	}
	if err := o.accepted(wire.SetEntUName, wire.Text(e.Username)); err != nil {
		return err
	}
	if err := o.accepted(wire.SetEntPasswd, wire.Text(e.Password)); err != nil {
		return err
	}
	if err := o.accepted(wire.SetEntEnable); err != nil {
		return err
	}
	return o.accepted(wire.SetNet, wire.Text(ssid))
}

func (e *Enterprise) longerThan(n int) bool {
	return len(e.Identity) > n || len(e.Username) > n || len(e.Password) > n
}
