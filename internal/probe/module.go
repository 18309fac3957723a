package probe

import (
	"errors"
	"fmt"

	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// firmware starts the driver, which resets the coprocessor once more and asks
// for the version.
func firmware(p *prober) (string, error) {
	if err := p.dev.Start(); err != nil {
		return "", err
	}
	family, version := p.dev.Firmware()
	if version == 0 {
		return "", errors.New("its version is not a version number")
	}
	sockets := "socket slots"
	if p.has(wire.SocketSocket) {
		sockets = "BSD-style sockets"
	}
	return fmt.Sprintf("%s %s; the driver takes its %s", family, version, sockets), nil
}

// has reports whether the firmware has the command.
func (p *prober) has(c wire.Command) bool {
	family, version := p.dev.Firmware()
	since := wire.Since(c, family)
	return since != 0 && since <= version
}

func hardwareAddress(p *prober) (string, error) {
	mac, err := p.dev.GetHardwareAddr()
	switch {
	case err != nil:
		return "", err
	case mac.String() == "00:00:00:00:00:00":
		return "", errors.New("it is all zeros")
	case mac[0]&1 != 0:
		return "", fmt.Errorf("%s is the address of a group, not of a module", mac)
	}
	return mac.String(), nil
}

func status(p *prober) (string, error) {
	s, err := p.dev.Status()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %s", s, s), nil
}

// The chip measures between these at most; the firmware adds nothing
// (ESP32 data sheet, operating conditions, with room on both sides).
const (
	coldest = -60
	hottest = 180
)

func temperature(p *prober) (string, error) {
	celsius, err := p.dev.Temperature()
	switch {
	case errors.Is(err, wifinina.ErrUnsupported):
		return "", skipped("the firmware does not measure it")
	case err != nil:
		return "", err
	case !(celsius > coldest && celsius < hottest): // NaN too
		return "", fmt.Errorf("%g °C cannot be", celsius)
	}
	return fmt.Sprintf("%.1f °C", celsius), nil
}

// clock asks for the time, which the firmware knows once a time server has
// told it.
func clock(p *prober) (string, error) {
	t, err := p.dev.Time()
	switch {
	case errors.Is(err, wifinina.ErrTimeNotSet):
		return "", skipped(wifinina.ErrTimeNotSet.Error())
	case errors.Is(err, wifinina.ErrUnsupported):
		return "", skipped("the firmware does not tell it")
	case err != nil:
		return "", err
	}
	return t.Format("2006-01-02 15:04:05 UTC"), nil
}

func scan(p *prober) (string, error) {
	list, err := p.dev.Scan()
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "no network in range", nil
	}
	best := list[0]
	for _, n := range list[1:] {
		if n.RSSI > best.RSSI {
			best = n
		}
	}
	return fmt.Sprintf("%s, the strongest %q: %d dBm, channel %d, %s",
		networks(len(list)), best.SSID, best.RSSI, best.Channel, best.Encryption), nil
}

// networks returns "1 network" or "3 networks".
func networks(n int) string {
	if n == 1 {
		return "1 network"
	}
	return fmt.Sprintf("%d networks", n)
}
