//go:build !tinygo

package netdev

import (
	"context"
	"net"
	"net/netip"
	"strconv"
)

// A target is an address as a program gives it, in parts.
type target struct {
	host string // may be empty
	port uint16
}

// parse takes an address apart. The network must be one of ours. Names of
// ports are those of the PC, which asks nobody for them.
func parse(ctx context.Context, network, address string, networks ...string) (target, error) {
	known := false
	for _, n := range networks {
		known = known || n == network
	}
	if !known {
		return target{}, net.UnknownNetworkError(network)
	}
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return target{}, err
	}
	if service == "" {
		return target{host: host}, nil
	}
	proto := "tcp"
	if network == "udp" || network == "udp4" {
		proto = "udp"
	}
	port, err := net.DefaultResolver.LookupPort(ctx, proto, service)
	return target{host, uint16(port)}, err
}

// literal returns the IPv4 address that a host is written as. ok is false for
// a name.
func literal(host string) (addr netip.Addr, ok bool, err error) {
	addr, err = netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}, false, nil
	}
	if addr = addr.Unmap(); !addr.Is4() {
		return netip.Addr{}, true, &net.AddrError{Err: ErrFamilyNotSupported.Error(), Addr: host}
	}
	return addr, true, nil
}

// join returns "host:port".
func join(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// orCurrent returns dev, or the default device when it is nil.
func orCurrent(dev Netdever) Netdever {
	if dev == nil {
		return Current()
	}
	return dev
}

// await runs call, which can't be told to stop, and returns its error, or that
// of ctx when this ends first; call goes on then. Whenever it returns an error,
// giveUp runs, and is not waited for while call goes on.
func await(ctx context.Context, call func() error, giveUp func()) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		if err != nil {
			giveUp()
		}
		return err
	case <-ctx.Done():
		go giveUp()
		return ctx.Err()
	}
}
