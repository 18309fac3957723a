//go:build !tinygo

package netdev

import (
	"context"
	"errors"
	"net"
	"net/netip"
)

// A Resolver asks the device for the addresses of hosts, as net.Resolver asks
// the system. Several goroutines may use it at once. Its errors are
// *net.DNSError.
type Resolver struct {
	// Device is who is asked. Nil: the device of [UseNetdev].
	Device Netdever
}

// LookupHost returns the addresses of a host: a device knows one.
func (r *Resolver) LookupHost(ctx context.Context, host string) ([]string, error) {
	addr, err := r.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	return []string{addr.String()}, nil
}

// LookupNetIP returns the addresses of a host. The network is "ip" or "ip4".
func (r *Resolver) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	if network != "ip" && network != "ip4" {
		return nil, &net.DNSError{Err: net.UnknownNetworkError(network).Error(), Name: host, UnwrapErr: net.UnknownNetworkError(network)}
	}
	addr, err := r.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	return []netip.Addr{addr}, nil
}

// lookup asks for one address. When ctx ends first, the device's answer comes
// to nobody.
func (r *Resolver) lookup(ctx context.Context, host string) (netip.Addr, error) {
	addr, ok, err := literal(host)
	if ok && err == nil {
		return addr, nil
	}
	if err == nil {
		addr, err = ask(ctx, orCurrent(r.Device), host)
	}
	if err != nil {
		return netip.Addr{}, notFound(host, err)
	}
	return addr, nil
}

func ask(ctx context.Context, dev Netdever, host string) (netip.Addr, error) {
	if dev == nil {
		return netip.Addr{}, ErrNotConnected
	}
	found := make(chan netip.Addr, 1)
	err := await(ctx, func() error {
		addr, err := dev.GetHostByName(host)
		found <- addr
		return err
	}, func() {})
	if err != nil {
		return netip.Addr{}, err
	}
	return <-found, nil
}

// notFound wraps an error as package net does.
func notFound(host string, err error) *net.DNSError {
	var timeout net.Error
	return &net.DNSError{
		UnwrapErr:  err,
		Err:        err.Error(),
		Name:       host,
		IsTimeout:  errors.As(err, &timeout) && timeout.Timeout(),
		IsNotFound: errors.Is(err, ErrHostUnknown),
	}
}
