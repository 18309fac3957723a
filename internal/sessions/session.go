// Package sessions holds the sessions that the demo shows and the corpus in
// traces is recorded from: small programs on a network device, and the peers
// they talk to, on the host's loopback.
package sessions

import (
	"fmt"
	"io"
	"net/netip"

	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Session is a program that uses a network device.
type Session struct {
	Name     string // of its file in traces, without the ending
	Shows    string // what its recording pins
	Program  func(dev netdev.Device, p *Peers) error
	Firmware func() emulator.Profile // nil: Arduino 2.0.0
}

// All holds the sessions in the order of the table in traces/README.md.
var All = []Session{
	{"http-get", "join, lookup, TCP client, reading to the end of the stream", httpGet, nil},
	{"tcp-echo-server", "listener, two clients at once, send and receive on both, listener closed", echoServer, nil},
	{"udp", "bind, datagrams of several sizes, a timeout", udpExchange, nil},
	{"tls-get", "TLS client by name, end of stream over TLS", tlsGet, nil},
	{"join-failed", "wrong passphrase, unknown network, then a good join", joinFailed, nil},
	{"refused", "connection refused, unknown host, and a descriptor used again", refused, nil},
	{"http-get-1.4.8", "the same by the socket slots of older firmware", httpGet, emulator.Arduino148},
	{"udp-1.4.8", "the same by slots", udpExchange, emulator.Arduino148},
	{"tcp-echo-server-3.3.0", "the same on Adafruit's firmware", echoServer, emulator.Adafruit330},
}

// Home is the network all sessions join: that of the emulator.
var Home = netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "ninatrace", Retries: 1}

// Record runs the session on an emulator of its own and writes its trace to w.
func (s *Session) Record(w io.Writer) error {
	p := NewPeers()
	defer p.Close()
	firmware := emulator.Arduino200()
	if s.Firmware != nil {
		firmware = s.Firmware()
	}
	e := emulator.New(emulator.Config{Profile: firmware, Hosts: Hosts(), Roots: p.Roots()})
	defer e.Close()
	return s.RecordOn(e, p, "emulator, "+firmware.Family.String()+" "+firmware.Version, w)
}

// RecordOn runs the session on the coprocessor behind b, which board describes,
// and writes its trace to w.
func (s *Session) RecordOn(b bus.Bus, p *Peers, board string, w io.Writer) error {
	rec, err := capture.NewRecorder(b, w, wire.SecretSpans, capture.Config{Labels: []capture.Label{
		{Key: "session", Value: s.Name},
		{Key: "driver", Value: "ninatrace/wifinina"},
		{Key: "board", Value: board},
	}})
	if err != nil {
		return err
	}
	if err := s.Program(wifinina.New(&wifinina.Config{Bus: rec}), p); err != nil {
		return fmt.Errorf("session %s: %w", s.Name, err)
	}
	return rec.Close()
}

// Hosts are the names the sessions look up.
func Hosts() map[string]netip.Addr {
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	return map[string]netip.Addr{"http.test": loopback, "tls.test": loopback}
}
