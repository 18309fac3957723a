package scenario

import (
	"net/netip"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// file reads a whole file.
func (s *Scenario) file(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	var with, without []emulator.Quirk
	err := mapping(n, s, []key[Scenario]{
		{"profile", (*Scenario).profile},
		quirksKey("with", &with),
		quirksKey("without", &without),
		{"access points", (*Scenario).accessPoints},
		{"lease", (*Scenario).lease},
		{"hosts", (*Scenario).hosts},
		{"pings", (*Scenario).pings},
		{"pacing", (*Scenario).pacing},
		timeKey("boot", func(s *Scenario) *time.Duration { return &s.Config.BootTime }),
		timeKey("boot glitch", func(s *Scenario) *time.Duration { return &s.Config.BootGlitch }),
		timeKey("join", func(s *Scenario) *time.Duration { return &s.Config.JoinTime }),
		timeKey("scan", func(s *Scenario) *time.Duration { return &s.Config.ScanTime }),
		timeKey("attention tick", func(s *Scenario) *time.Duration { return &s.Config.AttentionTick }),
		{"network", (*Scenario).network},
		{"chaos", (*Scenario).chaos},
		{"steps", (*Scenario).steps},
	})
	if len(with)+len(without) > 0 {
		if s.Config.Profile.Version == "" {
			s.Config.Profile = emulator.Arduino200()
		}
		q := &s.Config.Profile.Quirks
		*q = q.With(with...).Without(without...)
	}
	return err
}

// quirksKey makes a key of a list of quirks.
func quirksKey(name string, into *[]emulator.Quirk) key[Scenario] {
	return key[Scenario]{name, func(_ *Scenario, n *yaml.Node) error {
		return items(n, maxList, func(n *yaml.Node) error {
			v, err := text(n)
			if err != nil {
				return err
			}
			q, ok := emulator.QuirkNamed(v)
			if !ok {
				return problemAt(n, nil, "%q is no quirk; docs/quirks.md lists them", v)
			}
			*into = append(*into, q)
			return nil
		})
	}}
}

// value makes a key whose plain value is read by set, which may refuse it.
func value[T any](name, what string, set func(*T, string) bool) key[T] {
	return key[T]{name, func(t *T, n *yaml.Node) error {
		v, err := text(n)
		if err == nil && !set(t, v) {
			return problemAt(n, nil, "%q is no %s", v, what)
		}
		return err
	}}
}

// timeKey makes a key of a time. None at all stands there as 0s.
func timeKey[T any](name string, of func(*T) *time.Duration) key[T] {
	p := span(name, 0, of)
	return value(name, p.what, func(t *T, v string) bool {
		ok := p.set(t, v)
		if d := of(t); *d == 0 {
			*d = -1 // in a Config zero stands for a default
		}
		return ok
	})
}

func addrKey[T any](name string, of func(*T) *netip.Addr) key[T] {
	return value(name, "IPv4 address", func(t *T, v string) bool { return readAddr(v, of(t)) })
}

func (s *Scenario) profile(n *yaml.Node) error {
	name, err := text(n)
	if err != nil {
		return err
	}
	var all []string
	for _, p := range emulator.Profiles() {
		if p.Name() == name {
			s.Config.Profile = p
			return nil
		}
		all = append(all, p.Name())
	}
	return problemAt(n, all, "%q is no profile", name)
}

func (s *Scenario) lease(n *yaml.Node) error {
	return mapping(n, &s.Config.Lease, []key[emulator.Lease]{
		addrKey("ip", func(l *emulator.Lease) *netip.Addr { return &l.IP }),
		addrKey("mask", func(l *emulator.Lease) *netip.Addr { return &l.Mask }),
		addrKey("gateway", func(l *emulator.Lease) *netip.Addr { return &l.Gateway }),
		addrKey("dns", func(l *emulator.Lease) *netip.Addr { return &l.DNS }),
	})
}

func (s *Scenario) hosts(n *yaml.Node) error {
	s.Config.Hosts = make(map[string]netip.Addr)
	return pairs(n, maxList, func(name string, _, v *yaml.Node) error {
		var addr netip.Addr
		err := addrKey(name, func(a *netip.Addr) *netip.Addr { return a }).set(&addr, v)
		s.Config.Hosts[strings.ToLower(name)] = addr
		return err
	})
}

func (s *Scenario) pings(n *yaml.Node) error {
	s.Config.Pings = make(map[netip.Addr]time.Duration)
	return pairs(n, maxList, func(name string, k, v *yaml.Node) error {
		var addr netip.Addr
		if !readAddr(name, &addr) {
			return problemAt(k, nil, "%q is no IPv4 address", name)
		}
		var rtt time.Duration
		err := spanKey(name, func(d *time.Duration) *time.Duration { return d }).set(&rtt, v)
		s.Config.Pings[addr] = rtt
		return err
	})
}

func (s *Scenario) chaos(n *yaml.Node) error {
	words, err := said(n)
	if err == nil {
		s.Chaos, err = parseChaos(words)
	}
	return err
}

func (s *Scenario) steps(n *yaml.Node) error {
	return items(n, maxSteps, func(n *yaml.Node) error {
		words, err := saidStep(n)
		if err != nil {
			return err
		}
		f, err := parseStep(words)
		s.Steps = append(s.Steps, f)
		return err
	})
}

// saidStep makes the sentence of a step. YAML takes the colon in one for that of
// a mapping.
func saidStep(n *yaml.Node) (*sentence, error) {
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return said(n)
	}
	when, err := said(n.Content[0])
	if err != nil {
		return nil, err
	}
	what, err := said(n.Content[1])
	if err != nil {
		return nil, err
	}
	when.follow(what)
	return when, nil
}
