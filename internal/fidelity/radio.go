package fidelity

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A radio is what the replies have told of the station.
type radio struct {
	joining *credentials // a join whose end nobody has seen
	linked  *credentials // the network the station is in; nil: none
	softAP  bool
	static  bool // SET_IP_CONFIG was used
	dnsSet  bool // SET_DNS_CONFIG was used
}

// credentials are what a host has joined a network with.
type credentials struct{ ssid, user, key string }

var radioReaders = map[wire.Command]func(*inference){
	wire.SetNet:          (*inference).setNet,
	wire.SetPassphrase:   (*inference).setPassphrase,
	wire.SetKey:          (*inference).setKey,
	wire.SetEnt:          (*inference).setEnt,
	wire.SetIPConfig:     func(in *inference) { in.radio.static = true },
	wire.SetDNSConfig:    func(in *inference) { in.radio.dnsSet = true },
	wire.SetAPNet:        (*inference).startAP,
	wire.SetAPPassphrase: (*inference).startAP,
	wire.Disconnect:      func(in *inference) { in.leave() },
	wire.GetConnStatus:   (*inference).status,
	wire.GetCurrSSID:     (*inference).currSSID,
	wire.GetCurrBSSID:    (*inference).currBSSID,
	wire.GetCurrRSSI:     (*inference).currRSSI,
	wire.GetCurrEncT:     (*inference).currEncT,
	wire.GetIPAddr:       (*inference).address,
	wire.GetDNSConfig:    (*inference).dns,
	wire.GetMACAddr:      (*inference).mac,
	wire.ScanNetworks:    (*inference).scan,
	wire.GetIdxRSSI:      (*inference).idxRSSI,
	wire.GetIdxEncT:      (*inference).idxEncT,
	wire.GetIdxBSSID:     (*inference).idxBSSID,
	wire.GetIdxChannel:   (*inference).idxChannel,
}

// controlsRadio reports whether a command ends whatever the station was in.
func controlsRadio(x *exchange) bool {
	switch x.cmd {
	case wire.SetNet, wire.SetPassphrase, wire.SetKey, wire.SetEnt, wire.SetAPNet, wire.SetAPPassphrase, wire.Disconnect, wire.ScanNetworks:
		return true
	}
	return false
}

func (in *inference) setNet() {
	ssid, _ := in.x.text(3)
	in.join(credentials{ssid: ssid})
}

func (in *inference) setPassphrase() {
	ssid, end := in.x.text(3)
	key, _ := in.x.text(end)
	in.join(credentials{ssid: ssid, key: key})
}

func (in *inference) setKey() {
	ssid, end := in.x.text(3)
	key, _ := in.x.text(end + 2)
	in.join(credentials{ssid: ssid, key: key})
}

func (in *inference) setEnt() {
	ssid, end := in.x.wide(6)
	user, end := in.x.wide(end)
	key, _ := in.x.wide(end)
	in.join(credentials{ssid, user, key})
}

func (in *inference) join(c credentials) {
	in.leave()
	in.radio.joining = &c
}

func (in *inference) leave() { in.radio.joining, in.radio.linked, in.radio.softAP = nil, nil, false }

func (in *inference) startAP() {
	in.leave()
	in.radio.softAP = in.x.yes()
}

// status tells how a join ended, that a link is lost, or who is in the
// soft-AP.
func (in *inference) status() {
	if !in.x.tells(1) {
		return
	}
	now := wire.Status(in.x.vals[0].Uint8())
	switch r := &in.radio; {
	case r.joining != nil && now == wire.StatusConnected:
		in.joined()
	case r.joining != nil && (now == wire.StatusConnectFailed || now == wire.StatusDisconnected && !in.esp32):
		in.refused(now)
	case r.linked != nil && now != wire.StatusConnected:
		r.linked = nil
		in.drops(in.reason(now))
	case r.softAP && now == wire.StatusAPConnected:
		in.then(func(p *player) { p.chip.SetStations(1) }, "a station joins the soft-AP")
	case r.softAP && now == wire.StatusAPListening:
		in.then(func(p *player) { p.chip.SetStations(0) }, "no station is in the soft-AP")
	}
}

// joined ends the join well.
func (in *inference) joined() {
	c := *in.radio.joining
	in.radio.joining, in.radio.linked = nil, &c
	in.air.admit(c)
	in.joins[in.x.n] = true
	in.then(func(p *player) { p.chip.RestoreLink() }, "%q takes the station", c.ssid)
}

// refused ends the join badly, in the way its status and the next reason say.
func (in *inference) refused(now wire.Status) {
	c := *in.radio.joining
	in.radio.joining = nil
	if n := len(c.key); n > 0 && n < 5 {
		return // the driver takes no such key (nina-observed "Where this may differ")
	}
	switch reason := in.reason(now); {
	case now == wire.StatusDisconnected:
		in.drops(reason)
	case reason == wire.ReasonAuthFail:
		in.then(func(p *player) { p.joins(c, true) }, "%q does not take the passphrase", c.ssid)
	default:
		in.then(func(p *player) { p.joins(c, false) }, "%q is not there", c.ssid)
	}
}

// drops makes the access point send the station away.
func (in *inference) drops(reason wire.Reason) {
	in.then(func(p *player) { p.chip.DropLink(reason) }, "the access point sends the station away, reason %d", reason)
}

// reason returns why the station lost its link, as far as the host has asked.
func (in *inference) reason(now wire.Status) wire.Reason {
	told := in.later(func(x *exchange) bool { return x.cmd == wire.GetReasonCode && x.tells(1) }, controlsRadio)
	switch {
	case told != nil:
		return wire.Reason(told.vals[0].Uint8())
	case now == wire.StatusConnectFailed:
		return wire.ReasonNoAPFound
	}
	return wire.ReasonBeaconTimeout
}

// linkShown takes what only a link can tell for the end of a join.
func (in *inference) linkShown() {
	if in.radio.joining != nil {
		in.joined()
	}
}

// address tells what DHCP handed out.
func (in *inference) address() {
	x := in.x
	if !x.tells(3) || in.radio.static || in.radio.softAP || netip.AddrFrom4(x.vals[0].IP()).IsUnspecified() {
		return
	}
	if l := &in.cfg.Lease; in.radio.linked != nil && !l.IP.IsValid() {
		l.IP, l.Mask, l.Gateway = netip.AddrFrom4(x.vals[0].IP()), netip.AddrFrom4(x.vals[1].IP()), netip.AddrFrom4(x.vals[2].IP())
	}
}

func (in *inference) dns() {
	if x := in.x; x.tells(2) && in.radio.linked != nil && !in.radio.static && !in.radio.dnsSet && !in.cfg.Lease.DNS.IsValid() {
		in.cfg.Lease.DNS = netip.AddrFrom4(x.vals[0].IP())
	}
}

// mac tells the address of the chip: that of the soft-AP is one more.
func (in *inference) mac() {
	if in.x.tells(1) && in.cfg.MAC == [6]byte{} {
		in.cfg.MAC = in.octets(in.x.vals[0].Bytes())
		if in.radio.softAP {
			in.cfg.MAC[5]--
		}
	}
}

// octets returns a MAC address of a reply, first octet first.
func (in *inference) octets(p []byte) (mac [6]byte) {
	copy(mac[:], p)
	if !in.esp32 {
		for i := range 3 {
			mac[i], mac[5-i] = mac[5-i], mac[i]
		}
	}
	return mac
}
