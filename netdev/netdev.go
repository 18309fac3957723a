// Package netdev is TinyGo's network device model: a BSD-style socket
// interface at layers 3 and 4 ([Netdever]) and a link interface at layer 2
// ([Netlinker]), between a program's net package above and a driver below.
//
// On a board UseNetdev binds a driver to TinyGo's net package, whose TCPConn,
// UDPConn and TLSConn then run over it. On a PC that face is here: [Dialer],
// [ListenConfig] and [Resolver], with [TCPConn], [UDPConn], [TLSConn] and
// [TCPListener], which are what package net, and whoever works with it, wants.
// UseNetdev makes a driver the default device of them.
//
// The rules a driver keeps; docs/netdev.md says how, and netdev/netdevtest
// whether:
//
//   - Several goroutines may call any methods at once; the driver locks.
//   - No lock is held while waiting for the hardware longer than one exchange.
//   - A descriptor is a small int, one per connection, at most ten at a time.
//   - Close wakes whoever is blocked on the descriptor. They, and all who come
//     later, get ErrInvalidSocketFd, even if the number is in use again.
//   - A deadline is looked at when a call begins and while it waits. What is
//     there without waiting is given out even if it has passed.
//
// The constants, the error texts and the method signatures are those of
// tinygo.org/x/drivers/netdev, which mirrors TinyGo's src/net/netdev.go. They
// are written here again, because that package can't be built for a PC.
//
// The package belongs to the device set.
package netdev

import (
	"net/netip"
	"time"

	"tinygo.org/x/drivers/netlink"
)

// Netdever is a network device at layers 3 and 4: BSD sockets, see socket(2).
type Netdever interface {
	// GetHostByName returns the IPv4 address of a host name or of an
	// address in dotted form. ErrHostUnknown: there is none.
	GetHostByName(name string) (netip.Addr, error)

	// Addr returns the address the interface has now; an error when it has
	// none.
	Addr() (netip.Addr, error)

	// Socket makes a descriptor: AF_INET with SOCK_STREAM and IPPROTO_TCP or
	// IPPROTO_TLS, or SOCK_DGRAM and IPPROTO_UDP. ErrNoMoreSockets when ten
	// are open.
	Socket(domain int, stype int, protocol int) (int, error)

	// Bind sets the local address. A UDP socket receives from then on.
	Bind(sockfd int, ip netip.AddrPort) error

	// Connect connects to ip, or to host at ip's port where host is not
	// empty and the protocol wants the name (TLS).
	Connect(sockfd int, host string, ip netip.AddrPort) error

	// Listen makes a bound stream socket accept connections.
	Listen(sockfd int, backlog int) error

	// Accept waits for a connection and returns its new descriptor and the
	// peer's address.
	Accept(sockfd int) (int, netip.AddrPort, error)

	// Send sends all of buf or returns how much it sent and an error. A zero
	// deadline waits for ever; past it the error is ErrTimeout. A datagram
	// is sent whole or not at all.
	Send(sockfd int, buf []byte, flags int, deadline time.Time) (int, error)

	// Recv fills buf with what there is, at least one byte, waiting for it
	// until the deadline; past it the error is ErrTimeout. An empty buf
	// returns at once. io.EOF, now and ever after: the peer has closed and
	// everything was read. Of a datagram, what does not fit is lost.
	Recv(sockfd int, buf []byte, flags int, deadline time.Time) (int, error)

	// Close frees the descriptor. Calls blocked on it return.
	Close(sockfd int) error

	// SetSockOpt sets an option.
	SetSockOpt(sockfd int, level int, opt int, value interface{}) error
}

// The layer 2 side, as TinyGo's drivers define it. These are the same types,
// so that a driver fits both.
type (
	// Netlinker joins and leaves a network.
	Netlinker = netlink.Netlinker
	// ConnectParams says which network and how.
	ConnectParams = netlink.ConnectParams
	// Event is a change of the link, told to the callback of NetNotify.
	Event = netlink.Event
)

// A Device is both halves of a network device.
type Device interface {
	Netdever
	Netlinker
}

// Constants of the socket calls, with TinyGo's values, and where it has none
// with those of Linux.
const (
	AF_INET       = 0x2
	SOCK_STREAM   = 0x1
	SOCK_DGRAM    = 0x2
	SOL_SOCKET    = 0x1
	SO_REUSEADDR  = 0x2
	SO_BROADCAST  = 0x6
	SO_KEEPALIVE  = 0x9
	SO_LINGER     = 0xD
	SOL_TCP       = 0x6
	TCP_NODELAY   = 0x1
	TCP_KEEPINTVL = 0x5
	IPPROTO_TCP   = 0x6
	IPPROTO_UDP   = 0x11
	IPPROTO_TLS   = 0xFE // made up by TinyGo: TLS ends inside the device
	F_SETFL       = 0x4
)
