package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"net/url"

	"github.com/spf13/cobra"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/internal/sessions"
)

// A site is where the coprocessor of the demo is and what it can reach, as the
// flags say.
type site struct {
	bus        string // empty: the emulator in this program
	ssid       string
	passphrase func() string
	peer       string // empty: the address that leads to the coprocessor
}

// siteFlags adds the flags of a site to a verb.
func siteFlags(cmd *cobra.Command) *site {
	s := new(site)
	busFlag(cmd, &s.bus, " (default: the built-in emulator)")
	cmd.Flags().StringVar(&s.ssid, "ssid", sessions.Home.Ssid, "network that the module joins, with --bus")
	s.passphrase = passphraseFlag(cmd)
	cmd.Flags().StringVar(&s.peer, "peer", "", "IPv4 address of this machine for the module's network, with --bus")
	return s
}

// check refuses flags that mean nothing.
func (s *site) check(cmd *cobra.Command) error {
	if s.bus == "" {
		for _, name := range []string{"ssid", "pass", "peer"} {
			if cmd.Flags().Changed(name) {
				return usage(cmd, "--%s is for a coprocessor behind a link: --bus", name)
			}
		}
	}
	if addr, err := netip.ParseAddr(s.peer); s.peer != "" && (err != nil || !addr.Is4()) {
		return usage(cmd, "--peer %s: it is an IPv4 address of this machine", s.peer)
	}
	return nil
}

// record records a session here.
func (s *site) record(cmd *cobra.Command, session *sessions.Session, w io.Writer) error {
	if s.bus == "" {
		return session.Record(w)
	}
	b, err := openBus(cmd, s.bus)
	if err != nil {
		return err
	}
	defer b.Close()
	board, err := b.Ident()
	if err != nil {
		return linkError(cmd, b, err)
	}
	peers, err := s.peers(cmd.Context())
	if err != nil {
		return err
	}
	defer peers.Close()
	return linkError(cmd, b, session.RecordOn(b, peers, board, w))
}

// peers starts the web server that the module is to reach.
func (s *site) peers(ctx context.Context) (*sessions.Peers, error) {
	home := netlink.ConnectParams{Ssid: s.ssid, Passphrase: s.passphrase(), Retries: 1}
	switch {
	case home.Passphrase == "" && s.ssid == sessions.Home.Ssid:
		home.Passphrase = sessions.Home.Passphrase
	case home.Passphrase == "":
		home.AuthType = netlink.AuthTypeOpen
	}
	addr, err := s.address(ctx)
	if err != nil {
		return nil, err
	}
	p, err := sessions.PeersAt(addr, home)
	if err != nil {
		return nil, &hintedError{err, "--peer is an address of this machine that the module can reach"}
	}
	return p, nil
}

// somewhere is an address of the documentation, beyond all of our networks.
const somewhere = "192.0.2.1:9"

// address returns the address of this machine for the module: that of --peer,
// or else the one from which the other end of the link is reached, which over a
// serial port may be anywhere. To find out nothing is sent.
func (s *site) address(ctx context.Context) (netip.Addr, error) {
	if s.peer != "" {
		return netip.ParseAddr(s.peer)
	}
	to := somewhere
	if u, err := url.Parse(s.bus); err == nil && u.Scheme == "tcp" {
		to = u.Host
	}
	c, err := (&net.Dialer{}).DialContext(ctx, "udp4", to)
	if err != nil {
		return netip.Addr{}, &hintedError{errors.New("no address of this machine is known that the module can reach"), "say one: --peer ADDRESS"}
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).AddrPort().Addr(), nil
}
