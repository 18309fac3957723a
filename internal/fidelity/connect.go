package fidelity

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A target is what START_CLIENT_TCP was asked to reach.
type target struct {
	slot *slot
	mode wire.Mode
	host string
	addr netip.AddrPort
}

// target reads the command: four parameters have no host name.
func (in *inference) target() target {
	x := in.x
	if x.u8(2) == 4 {
		return target{in.slot(12), wire.Mode(x.u8(14)), "", netip.AddrPortFrom(x.ip(4), x.u16be(9))}
	}
	host, end := x.text(3)
	return target{in.slot(end + 9), wire.Mode(x.u8(end + 11)), host, netip.AddrPortFrom(x.ip(end+1), x.u16be(end+6))}
}

func (in *inference) startClient() {
	t, ok := in.target(), in.x.yes()
	if t.slot == nil || t.mode > wire.ModeTLS {
		return
	}
	if t.host != "" {
		t.addr = netip.AddrPortFrom(in.hostOf(t.host, ok), t.addr.Port())
		if ok {
			in.named(t.host, t.addr.Addr())
		}
	} else if t.mode == wire.ModeTLS && !in.esp32 {
		t.addr = netip.AddrPortFrom(turned(t.addr.Addr()), t.addr.Port())
	}
	if t.mode == wire.ModeUDP {
		in.beginPacket(t, ok)
		return
	}
	far := &farEnd{secure: t.mode == wire.ModeTLS}
	in.far[in.x.n] = far
	in.reached(t, ok)
	if ok {
		t.slot.use, t.slot.client = stream, far
	}
}

func (in *inference) beginPacket(t target, ok bool) {
	if !ok {
		return
	}
	if t.slot.udp == nil {
		t.slot.udp = &farEnd{}
	}
	t.slot.use = datagrams
	t.slot.udp.begins(t.addr)
}

// turned is an address as the firmware turns it round for TLS (reference
// §4.3.3).
func turned(a netip.Addr) netip.Addr {
	o := a.As4()
	slices.Reverse(o[:])
	return netip.AddrFrom4(o)
}

// hostOf returns the address of a name. One that nobody was told, of a
// connection that came about, is made up.
func (in *inference) hostOf(name string, reached bool) netip.Addr {
	if addr, err := netip.ParseAddr(name); err == nil && addr.Is4() {
		return addr
	}
	addr, ok := in.hosts[name]
	if ok || !reached {
		return addr
	}
	slot := in.x.u8(len(name) + 13)
	told := in.later(
		func(x *exchange) bool { return x.cmd == wire.GetRemoteData && x.u8(4) == slot && x.tells(2) },
		func(x *exchange) bool { return x.cmd == wire.StartClientTCP || x.cmd == wire.StopClientTCP },
	)
	if told != nil {
		addr = told.addrPort(0).Addr()
	} else {
		in.found++
		addr = netip.AddrFrom4([4]byte{192, 0, 2, byte(in.found)}) // a range for documentation
	}
	in.hosts[name] = addr
	return addr
}

// reached makes a service be there, or not. A TLS service that is there by
// another name stays: it is the certificate then that does not fit.
func (in *inference) reached(t target, ok bool) {
	switch {
	case ok && t.mode == wire.ModeTLS:
		in.secure = true
		if t.host != "" && !slices.Contains(in.names, t.host) && certifiable(t.host) {
			in.names = append(in.names, t.host)
		}
		in.serves(t.addr, secure)
	case ok:
		in.serves(t.addr, plain)
	case t.mode == wire.ModeTLS && t.host != "":
		in.then(func(p *player) {
			if slices.Contains(p.plan.names, t.host) {
				p.net.change(func() { p.net.services[t.addr] = refusing })
			}
		}, "%v is not %q", t.addr, t.host)
	default:
		in.serves(t.addr, refusing)
	}
}

// serves makes a service be at an address.
func (in *inference) serves(addr netip.AddrPort, kind service) {
	in.then(func(p *player) { p.net.change(func() { p.net.services[addr] = kind }) }, "at %v there is a service: %t", addr, kind >= plain)
}

// certifiable reports whether a certificate can hold the name.
func certifiable(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' })
}

var otherReaders = map[wire.Command]func(*inference){
	wire.ReqHostByName: (*inference).lookup,
	wire.Ping:          (*inference).ping,
}

// resolved collects all addresses of names the replies tell.
func (in *inference) resolved() {
	var asked *exchange
	for _, x := range in.xs {
		switch {
		case x.cmd == wire.ReqHostByName:
			asked = x
		case x.cmd == wire.GetHostByName && asked != nil && asked.yes() && x.tells(1):
			host, _ := asked.text(3)
			in.hosts[host] = netip.AddrFrom4(x.vals[0].IP())
		}
	}
}

// lookup makes a name known, or not.
func (in *inference) lookup() {
	host, _ := in.x.text(3)
	if in.x.yes() {
		in.named(host, in.hostOf(host, true))
		return
	}
	in.then(func(p *player) { p.net.change(func() { delete(p.net.names, lower(host)) }) }, "%q is unknown", host)
}

// named makes a name known.
func (in *inference) named(host string, addr netip.Addr) {
	in.then(func(p *player) { p.net.change(func() { p.net.names[lower(host)] = addr }) }, "%q is %v", host, addr)
}

// ping makes a host answer, or not.
func (in *inference) ping() {
	if !in.x.tells(1) {
		return
	}
	to, ms := in.x.ip(4), int16(in.x.vals[0].Int())
	in.then(func(p *player) { p.answersPing(to, ms) }, "%v answers a ping after %d ms", to, ms)
}
