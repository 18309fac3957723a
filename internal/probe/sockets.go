package probe

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// slots opens a UDP socket in a socket slot and closes it again. GET_SOCKET
// reserves nothing (nina-observed "Behaviour"), so nothing is lost by asking.
func slots(p *prober) (string, error) {
	slot, err := p.freeSlot()
	if err != nil {
		return "", err
	}
	open, err := p.ask(wire.StartServerTCP, wire.Uint(uint16(0)), wire.Uint(slot), wire.Uint(wire.ModeUDP))
	if err != nil || open.Int() != 1 {
		return "", errors.Join(fmt.Errorf("UDP cannot be opened on slot %d", slot), err)
	}
	other, err := p.freeSlot()
	if err != nil || other == slot {
		return "", errors.Join(fmt.Errorf("slot %d is given out though it is in use", slot), err)
	}
	if _, err := p.ask(wire.StopClientTCP, wire.Uint(slot)); err != nil {
		return "", err
	}
	if other, err = p.freeSlot(); err != nil || other != slot {
		return "", errors.Join(fmt.Errorf("slot %d is not free after STOP_CLIENT_TCP", slot), err)
	}
	family, version := p.dev.Firmware()
	return fmt.Sprintf("UDP opened and closed on slot %d of %d", slot, wire.Slots(family, version)), nil
}

func (p *prober) freeSlot() (uint8, error) {
	v, err := p.ask(wire.GetSocket)
	if err != nil {
		return 0, err
	}
	family, version := p.dev.Firmware()
	if n := wire.Slots(family, version); v.Int() >= int64(n) {
		return 0, fmt.Errorf("GET_SOCKET answers %d, though nothing is open and there are %d slots", v.Int(), n)
	}
	return v.Uint8(), nil
}

// bsdSockets opens and closes a socket, and closes it once more to see errno.
func bsdSockets(p *prober) (string, error) {
	if !p.has(wire.SocketSocket) {
		return "", skipped("the firmware does not have them")
	}
	fd, err := p.ask(wire.SocketSocket, wire.Uint(uint8(wire.SockStream)), wire.Uint(uint8(0)))
	if err != nil {
		return "", err
	}
	if fd.Int() == wire.NoFD {
		return "", p.errno("SOCKET_SOCKET fails")
	}
	if v, err := p.ask(wire.SocketClose, wire.Uint(fd.Uint8())); err != nil || v.Int() != 1 {
		return "", errors.Join(fmt.Errorf("descriptor %d cannot be closed", fd.Int()), err)
	}
	if v, err := p.ask(wire.SocketClose, wire.Uint(fd.Uint8())); err != nil || v.Int() == 1 {
		return "", errors.Join(fmt.Errorf("descriptor %d can be closed twice", fd.Int()), err)
	}
	v, err := p.ask(wire.SocketErrno)
	if err == nil && wire.Errno(v.Uint8()) != wire.EBADF {
		err = fmt.Errorf("errno of a closed descriptor is %s instead of %s", wire.Errno(v.Uint8()), wire.EBADF)
	}
	return fmt.Sprintf("descriptor %d opened and closed, then %s", fd.Int(), wire.EBADF), err
}

// errno returns an error with the reason that the firmware tells.
func (p *prober) errno(what string) error {
	v, err := p.ask(wire.SocketErrno)
	if err != nil {
		return errors.Join(errors.New(what), err)
	}
	return fmt.Errorf("%s: %s", what, wire.Errno(v.Uint8()))
}

// datagram sends a datagram from a socket of the driver to the same socket, by
// the loopback address, which lwIP has.
func datagram(p *prober) (detail string, err error) {
	fd, err := p.dev.Socket(netdev.AF_INET, netdev.SOCK_DGRAM, netdev.IPPROTO_UDP)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, p.dev.Close(fd)) }()
	if err := p.dev.Bind(fd, netip.AddrPort{}); err != nil {
		return "", err
	}
	local, err := p.dev.LocalAddr(fd)
	if err != nil {
		return "", err
	}
	return p.echo(fd, netip.AddrPortFrom(loopback, local.Port()))
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// Datagrams are sent so often, because they may be lost, and waited for so
// long.
const (
	datagrams    = 3
	datagramWait = 500 * time.Millisecond
)

// echo sends a datagram of the largest size that fits one of the network, and
// wants it back.
func (p *prober) echo(fd int, to netip.AddrPort) (string, error) {
	out, in := make([]byte, 1472), make([]byte, wire.MaxDatagram)
	for i := range out {
		out[i] = byte(i)
	}
	for range datagrams {
		_, err := p.dev.SendTo(fd, out, 0, to, time.Now().Add(datagramWait))
		if errors.Is(err, netdev.ErrHostUnreachable) {
			return "", skipped(fmt.Sprintf("the firmware has no way to %s, or none without a network", to.Addr()))
		}
		if err != nil {
			return "", err
		}
		n, err := p.dev.Recv(fd, in, 0, time.Now().Add(datagramWait))
		switch {
		case errors.Is(err, netdev.ErrTimeout):
		case err != nil:
			return "", err
		case string(in[:n]) != string(out):
			return "", fmt.Errorf("of %d bytes sent, %d others came back", len(out), n)
		default:
			return fmt.Sprintf("%d bytes there and back through port %d", n, to.Port()), nil
		}
	}
	return "", skipped(fmt.Sprintf("%s sent and nothing came back: it may have no loopback", times(datagrams)))
}

// attentionLimit is how long GPIO0 may stay high after the last byte was
// taken: some of the firmware's ticks of 10 ms.
const attentionLimit = 200 * time.Millisecond

// attention looks at GPIO0 while no socket has anything to read.
func attention(p *prober) (string, error) {
	for start := time.Now(); time.Since(start) < attentionLimit; time.Sleep(resetPulse) {
		var high bool
		err := p.inTurn(func() (err error) { high, err = p.bus.Attention(); return err })
		if err != nil {
			return "", err
		}
		if !high {
			return "low while there is nothing to read, so the line is there", nil
		}
	}
	return "", skipped("always high: the line is not wired, and the driver polls")
}
