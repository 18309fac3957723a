//go:build unix

package netdevtest_test

import (
	"net/netip"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// silent returns an address of this machine that leaves connections waiting:
// a listener that accepts nobody and whose backlog is full.
func silent(t *testing.T) netip.AddrPort {
	t.Helper()
	here := [4]byte{127, 0, 0, 1}
	fd := tcpSocket(t)
	require.NoError(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: here}))
	require.NoError(t, syscall.Listen(fd, 0))
	sa, err := syscall.Getsockname(fd)
	require.NoError(t, err)
	for range 4 {
		c := tcpSocket(t)
		require.NoError(t, syscall.SetNonblock(c, true))
		_ = syscall.Connect(c, sa) // in progress
	}
	return netip.AddrPortFrom(netip.AddrFrom4(here), uint16(sa.(*syscall.SockaddrInet4).Port))
}

func tcpSocket(t *testing.T) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Close(fd) })
	return fd
}
