package emulator

import (
	"cmp"
	"context"
	"net/netip"
	"strings"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// noAddress is what GET_HOST_BY_NAME tells when nothing was resolved.
var noAddress = [4]byte{255, 255, 255, 255}

// reqHostByName resolves a name into the one result of the whole firmware.
func reqHostByName(f *firmware) func() {
	if !f.quirk(StaleLookup) {
		f.resolved = noAddress
	}
	return f.resolve(f.text(3, wire.MaxHost, "host name"), func(addr netip.Addr, ok bool) func() {
		if ok {
			f.resolved = octets(addr)
		}
		f.answer(wire.Flag(ok))
		return nil
	})
}

func getHostByName(f *firmware) { f.answer(wire.IP(f.resolved)) }

// resolve finds the address of host and goes on with then, which is called
// with the lock held and may return a further task. Dotted addresses and the
// table of the Config need no asking; without a link there is nobody to ask.
func (f *firmware) resolve(host string, then func(netip.Addr, bool) func()) func() {
	addr, err := netip.ParseAddr(host)
	if err == nil && addr.Is4() {
		return then(addr, true)
	}
	if !f.radio.up() || host == "" {
		return then(netip.Addr{}, false)
	}
	if f.ailing.dns.lasts(f.now) {
		f.waits(dnsTimeout)
		return then(netip.Addr{}, false)
	}
	if addr, ok := f.e.cfg.Hosts[strings.ToLower(host)]; ok {
		return then(addr, true)
	}
	return func() {
		addr, err := f.e.cfg.Network.Lookup(f.ctx, host)
		f.e.mu.Lock()
		task := then(addr, err == nil && !f.dead)
		f.e.mu.Unlock()
		if task != nil {
			task()
		}
	}
}

// addressOf is resolve for what runs without the lock.
func (f *firmware) addressOf(ctx context.Context, host string) (netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr, nil
	}
	if f.deadDNS() {
		return netip.Addr{}, cmp.Or(pass(ctx, dnsTimeout), errNoAnswer)
	}
	if addr, ok := f.e.cfg.Hosts[strings.ToLower(host)]; ok {
		return addr, nil
	}
	return f.e.cfg.Network.Lookup(ctx, host)
}

// deadDNS reports whether no server answers at the moment.
func (f *firmware) deadDNS() bool {
	f.e.mu.Lock()
	defer f.e.mu.Unlock()
	return f.ailing.dns.lasts(f.e.clock.Now())
}
