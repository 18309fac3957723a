package scenario

import (
	"net"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

type accessPoint = emulator.AccessPoint

// accessPoints reads the networks in reach. What is not said of one is as of the
// emulator's own, each with a BSSID of its own.
func (s *Scenario) accessPoints(n *yaml.Node) error {
	s.Config.AccessPoints = []accessPoint{}
	return items(n, maxList, func(n *yaml.Node) error {
		ap := emulator.DefaultAccessPoint()
		ap.SSID, ap.Passphrase = "", ""
		ap.BSSID[5] += byte(len(s.Config.AccessPoints))
		err := mapping(n, &ap, accessPointKeys())
		if err == nil && ap.SSID == "" {
			err = problemAt(n, nil, "an access point without ssid")
		}
		s.Config.AccessPoints = append(s.Config.AccessPoints, ap)
		return err
	})
}

func accessPointKeys() []key[accessPoint] {
	return []key[accessPoint]{
		value("ssid", "name of a network, of at most 32 bytes", func(ap *accessPoint, v string) bool {
			ap.SSID = v
			return len(v) <= wire.MaxSSID
		}),
		value("passphrase", "passphrase", func(ap *accessPoint, v string) bool {
			ap.Passphrase = v
			return len(v) <= wire.MaxPassphrase
		}),
		value("username", "user name", func(ap *accessPoint, v string) bool {
			ap.Username = v
			return true
		}),
		value("channel", "channel from 1 to 14", func(ap *accessPoint, v string) bool {
			var n int
			ok := readNumber(v, 1, 14, &n)
			ap.Channel = uint8(n)
			return ok
		}),
		value("rssi", "strength from -127 to 0 dBm", func(ap *accessPoint, v string) bool {
			var n int
			ok := readNumber(v, -127, 0, &n)
			ap.RSSI = int8(n)
			return ok
		}),
		value("bssid", "address such as 24:0a:c4:10:20:30", func(ap *accessPoint, v string) bool {
			mac, err := net.ParseMAC(v)
			return err == nil && copy(ap.BSSID[:], mac) == len(mac) && len(mac) == len(ap.BSSID)
		}),
		{"security", security},
		value("hidden", "true or false", func(ap *accessPoint, v string) (ok bool) {
			ap.Hidden = v == "true"
			return ap.Hidden || v == "false"
		}),
	}
}

// securities are the kinds of encryption by the names that users know.
var securities = []struct {
	name string
	wire.Encryption
}{
	{"open", wire.EncryptionNone},
	{"wep", wire.EncryptionWEP},
	{"wpa", wire.EncryptionWPA},
	{"wpa2", wire.EncryptionWPA2},
	{"wpa3", wire.EncryptionUnknown}, // which is how the firmware reports it
}

func security(ap *accessPoint, n *yaml.Node) error {
	name, err := text(n)
	if err != nil {
		return err
	}
	var all []string
	for _, s := range securities {
		if s.name == name {
			ap.Encryption = s.Encryption
			return nil
		}
		all = append(all, s.name)
	}
	return problemAt(n, all, "%q is no kind of security", name)
}

// pacing reads a name, or each part of it.
func (s *Scenario) pacing(n *yaml.Node) error {
	p := &s.Config.Pacing
	switch {
	case n.Kind == yaml.ScalarNode && strings.EqualFold(n.Value, "none"):
		return nil
	case n.Kind == yaml.ScalarNode && strings.EqualFold(n.Value, "8MHz"):
		*p = emulator.Realistic8MHz()
		return nil
	case n.Kind == yaml.ScalarNode:
		return problemAt(n, []string{"none", "8MHz", "{clock: 8MHz, ack: 15us, turnaround: 100us, service: 100us}"},
			"%q is no pacing", n.Value)
	}
	return mapping(n, p, []key[emulator.Pacing]{
		value("clock", "clock such as 8MHz or 500kHz", func(p *emulator.Pacing, v string) bool { return readClock(v, &p.SPIClock) }),
		spanKey("ack", func(p *emulator.Pacing) *time.Duration { return &p.Ack }),
		spanKey("turnaround", func(p *emulator.Pacing) *time.Duration { return &p.Turnaround }),
		spanKey("service", func(p *emulator.Pacing) *time.Duration { return &p.Service }),
	})
}

// readClock reads a frequency.
func readClock(text string, hz *uint32) bool {
	for _, unit := range []struct {
		name  string
		times float64
	}{{"MHz", 1e6}, {"kHz", 1e3}, {"Hz", 1}} {
		if figures, ok := strings.CutSuffix(text, unit.name); ok {
			f, err := strconv.ParseFloat(strings.TrimSpace(figures), 64)
			f *= unit.times
			*hz = uint32(f)
			return err == nil && f >= 1 && f <= 1e9
		}
	}
	return false
}

// spanKey makes a key of a time whose zero is no default.
func spanKey[T any](name string, of func(*T) *time.Duration) key[T] {
	p := span(name, 0, of)
	return value(name, p.what, p.set)
}

// network reads host, or what one in memory is like.
func (s *Scenario) network(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		switch n.Value {
		case "host":
			return nil
		case "memory":
			s.Memory = new(emulator.MemoryConfig)
			return nil
		}
		return problemAt(n, []string{"host", "memory", "{latency: 20ms, loss: 0.01}"}, "%q is no network", n.Value)
	}
	s.Memory = new(emulator.MemoryConfig)
	return mapping(n, s.Memory, []key[emulator.MemoryConfig]{
		spanKey("latency", func(m *emulator.MemoryConfig) *time.Duration { return &m.Latency }),
		spanKey("jitter", func(m *emulator.MemoryConfig) *time.Duration { return &m.Jitter }),
		value("loss", "share from 0 to 1", func(m *emulator.MemoryConfig, v string) bool {
			var err error
			m.Loss, err = strconv.ParseFloat(v, 64)
			return err == nil && m.Loss >= 0 && m.Loss <= 1
		}),
		value("window", "number of bytes up to 1000000", func(m *emulator.MemoryConfig, v string) bool {
			return readNumber(v, 1, 1_000_000, &m.Window)
		}),
		value("seed", "whole number", func(m *emulator.MemoryConfig, v string) bool {
			var err error
			m.Seed, err = strconv.ParseUint(v, 10, 64)
			return err == nil
		}),
	})
}
