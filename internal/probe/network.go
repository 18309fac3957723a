package probe

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func join(p *prober) (string, error) {
	if p.cfg.SSID == "" {
		return "", skipped("no network was named")
	}
	start := time.Now()
	err := p.dev.NetConnect(&netlink.ConnectParams{
		Ssid: p.cfg.SSID, Passphrase: p.cfg.Passphrase, AuthType: authOf(p.cfg.Passphrase),
		ConnectTimeout: joinLimit, Retries: 1,
	})
	if err != nil {
		return "", err
	}
	p.joined = true
	took := time.Since(start)
	n, err := p.dev.Network()
	switch {
	case err != nil:
		return "", err
	case n.SSID != p.cfg.SSID:
		return "", fmt.Errorf("%q was joined instead of %q", n.SSID, p.cfg.SSID)
	}
	return fmt.Sprintf("%q in %v: %d dBm, %s", n.SSID, milliseconds(took), n.RSSI, n.Encryption), nil
}

// authOf returns the kind of a network: open without a passphrase.
func authOf(passphrase string) netlink.AuthType {
	if passphrase == "" {
		return netlink.AuthTypeOpen
	}
	return netlink.AuthTypeWPA2
}

// online skips what needs a network.
func (p *prober) online() error {
	if !p.joined {
		return skipped("no network")
	}
	return nil
}

func address(p *prober) (string, error) {
	if err := p.online(); err != nil {
		return "", err
	}
	c, err := p.dev.IPConfig()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, mask %s, gateway %s", c.Addr, c.Mask, c.Gateway), nil
}

func lookup(p *prober) (string, error) {
	if err := p.online(); err != nil {
		return "", err
	}
	if p.cfg.Host == "" {
		return "", skipped("no host was named")
	}
	addr, err := p.dev.GetHostByName(p.cfg.Host)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is %s", p.cfg.Host, addr), nil
}

// ping asks the gateway. Many do not answer, which is no fault of the
// coprocessor.
func ping(p *prober) (string, error) {
	if err := p.online(); err != nil {
		return "", err
	}
	c, err := p.dev.IPConfig()
	if err != nil {
		return "", err
	}
	rtt, err := p.dev.Ping(c.Gateway, 0)
	switch {
	case errors.Is(err, netdev.ErrTimeout):
		return "", skipped(fmt.Sprintf("the gateway, %s, does not answer", c.Gateway))
	case err != nil:
		return "", err
	}
	return fmt.Sprintf("the gateway, %s, answers in %v", c.Gateway, rtt), nil
}

// connect opens a connection and closes it.
func connect(p *prober) (string, error) {
	if err := p.online(); err != nil {
		return "", err
	}
	if p.cfg.Server == "" {
		return "", skipped("no server was named")
	}
	addr, err := p.dev.GetHostByName(p.cfg.Server)
	if err != nil {
		return "", err
	}
	fd, err := p.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	if err != nil {
		return "", err
	}
	to, start := netip.AddrPortFrom(addr, p.cfg.Port), time.Now()
	err = p.dev.Connect(fd, "", to)
	took := time.Since(start)
	if err = errors.Join(err, p.dev.Close(fd)); err != nil {
		return "", err
	}
	return fmt.Sprintf("connected to %s in %v", to, milliseconds(took)), nil
}

// leave leaves the network, and wants the firmware to say so.
func leave(p *prober) (string, error) {
	if err := p.online(); err != nil {
		return "", err
	}
	p.dev.NetDisconnect()
	for start := time.Now(); ; time.Sleep(resetPulse) {
		s, err := p.dev.Status()
		switch {
		case err != nil:
			return "", err
		case s != wire.StatusConnected:
			return fmt.Sprintf("the status is then %d %s", s, s), nil
		case time.Since(start) > replyLimit:
			return "", errors.New("it is still connected")
		}
	}
}
