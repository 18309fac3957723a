package main

import (
	"cmp"
	"net/netip"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A world is what the flags of emulate say of the module and what is around it.
type world struct {
	profile  string
	with     []string
	without  []string
	networks []string
	hosts    []string
	pacing   string
	idle     string
}

// flags adds the flags of a world to a verb.
func (w *world) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&w.profile, "profile", emulator.Arduino200().Name(), "the firmware: "+strings.Join(profileNames(), ", "))
	f.StringSliceVar(&w.with, "with", nil, "quirks that the firmware has besides; docs/quirks.md tells what each is")
	f.StringSliceVar(&w.without, "without", nil, "quirks that it does not have")
	f.StringArrayVar(&w.networks, "ap", nil, "a network in reach, SSID[:PASSPHRASE]; may be repeated (default ninatrace:ninatrace)")
	f.StringArrayVar(&w.hosts, "host", nil, "a name to resolve, NAME=ADDRESS; may be repeated; others are asked of this machine")
	f.StringVar(&w.pacing, "pacing", "none", "none: as fast as can be; 8MHz: that clock, and boot, join and scan as slow as a module's")
	f.StringVar(&w.idle, "idle-miso", "00", "what is read where the module drives nothing: 00 or ff")
	for name, values := range map[string][]string{"profile": profileNames(), "with": quirkNames(), "without": quirkNames(), "pacing": {"none", "8MHz"}, "idle-miso": {"00", "ff"}} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)) // made above
	}
}

func profileNames() []string {
	var names []string
	for _, p := range emulator.Profiles() {
		names = append(names, p.Name())
	}
	return names
}

func quirkNames() []string {
	var names []string
	for _, q := range emulator.AllQuirks() {
		names = append(names, q.String())
	}
	return names
}

// What a module takes for what the radio does, roughly: none of it is measured.
const (
	realJoinTime = 2 * time.Second
	realScanTime = 2 * time.Second
)

// config returns the configuration of each module: what a scenario says of it,
// and the flags, which come first.
func (w *world) config(cmd *cobra.Command, cfg emulator.Config) (emulator.Config, error) {
	if cfg.AccessPoints == nil {
		cfg.AccessPoints = []emulator.AccessPoint{emulator.DefaultAccessPoint()}
	}
	if cfg.Hosts == nil {
		cfg.Hosts = map[string]netip.Addr{}
	}
	if cfg.Pings == nil {
		cfg.Pings = map[netip.Addr]time.Duration{defaultGateway: 10 * time.Millisecond}
	}
	profile, ok := emulator.ProfileNamed(w.profile)
	if cmd.Flags().Changed("profile") || cfg.Profile.Version == "" {
		cfg.Profile = profile
	}
	if !ok {
		return cfg, usage(cmd, "--profile %s: no such firmware; it is one of %s", w.profile, strings.Join(profileNames(), ", "))
	}
	if err := w.quirks(cmd, &cfg.Profile); err != nil {
		return cfg, err
	}
	switch w.pacing {
	case "none":
	case "8MHz":
		cfg.Pacing = emulator.Realistic8MHz()
		cfg.BootTime, cfg.BootGlitch = emulator.RealBootTime, 27*time.Microsecond
		cfg.JoinTime, cfg.ScanTime, cfg.AttentionTick = realJoinTime, realScanTime, 10*time.Millisecond
	default:
		return cfg, usage(cmd, "--pacing is none or 8MHz")
	}
	switch w.idle {
	case "00":
	case "ff":
		cfg.IdleMISO = 0xFF
	default:
		return cfg, usage(cmd, "--idle-miso is 00 or ff")
	}
	if err := w.air(cmd, &cfg); err != nil {
		return cfg, err
	}
	return cfg, w.names(cmd, &cfg)
}

// quirks gives the firmware quirks and takes some away.
func (w *world) quirks(cmd *cobra.Command, p *emulator.Profile) error {
	change := func(flag string, names []string, do func(...emulator.Quirk) emulator.Quirks) error {
		for _, name := range names {
			q, ok := emulator.QuirkNamed(name)
			if !ok {
				return usage(cmd, "--%s %s: no such quirk; the list is in docs/quirks.md", flag, name)
			}
			p.Quirks = do(q)
		}
		return nil
	}
	return cmp.Or(
		change("with", w.with, func(q ...emulator.Quirk) emulator.Quirks { return p.Quirks.With(q...) }),
		change("without", w.without, func(q ...emulator.Quirk) emulator.Quirks { return p.Quirks.Without(q...) }))
}

// defaultGateway is that of the emulator's default lease. It answers pings.
var defaultGateway = netip.AddrFrom4([4]byte{192, 168, 1, 1})

// air reads --ap. Each network is somewhat weaker than the one before, and on
// a channel of its own.
func (w *world) air(cmd *cobra.Command, cfg *emulator.Config) error {
	for i, text := range w.networks {
		ssid, passphrase, _ := strings.Cut(text, ":")
		switch {
		case ssid == "" || len(ssid) > wire.MaxSSID:
			return usage(cmd, "--ap: an SSID has 1 to %d bytes; it stands before the first colon", wire.MaxSSID)
		case len(passphrase) > wire.MaxPassphrase:
			return usage(cmd, "--ap %s: a passphrase has at most %d bytes", ssid, wire.MaxPassphrase)
		}
		if i == 0 {
			cfg.AccessPoints = nil
		}
		ap := emulator.DefaultAccessPoint()
		ap.SSID, ap.Passphrase = ssid, passphrase
		ap.BSSID[5] += byte(i)
		ap.Channel = 1 + uint8(5+5*i)%13
		ap.RSSI = max(ap.RSSI-int8(min(i, 10))*4, -90)
		cfg.AccessPoints = append(cfg.AccessPoints, ap)
	}
	return nil
}

// names reads --host.
func (w *world) names(cmd *cobra.Command, cfg *emulator.Config) error {
	for _, text := range w.hosts {
		name, value, _ := strings.Cut(text, "=")
		addr, err := netip.ParseAddr(value)
		if name == "" || err != nil || !addr.Is4() {
			return usage(cmd, "--host %s: it is NAME=ADDRESS, with an IPv4 address", text)
		}
		cfg.Hosts[name] = addr
	}
	return nil
}
