package netdev

import (
	"net/netip"
	"time"
)

// A PacketNetdever is a Netdever that tells where a datagram comes from and
// sends one anywhere.
type PacketNetdever interface {
	Netdever

	// RecvFrom is Recv for a datagram and tells who sent it.
	// ErrMessageTooLong together with n == len(buf) says that the datagram
	// was larger and its rest is lost.
	RecvFrom(sockfd int, buf []byte, flags int, deadline time.Time) (n int, from netip.AddrPort, err error)

	// SendTo sends one datagram to an address, whatever Connect has set.
	SendTo(sockfd int, buf []byte, flags int, to netip.AddrPort, deadline time.Time) (int, error)
}

// A LocalAddresser is a Netdever that tells where its own end of a socket is.
type LocalAddresser interface {
	Netdever

	// LocalAddr returns the local address of a socket that is bound,
	// listening or connected. A port that the device has chosen is in it.
	LocalAddr(sockfd int) (netip.AddrPort, error)
}
