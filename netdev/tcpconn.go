//go:build !tinygo

package netdev

import (
	"net"
	"net/netip"
	"time"
)

// A TCPConn is a TCP connection over a Netdever, as a net.Conn. Several
// goroutines may use it at once. Its errors are *net.OpError, of which
// os.ErrDeadlineExceeded, net.ErrClosed and those of the device are the causes,
// and io.EOF.
type TCPConn struct{ *conn }

// A TLSConn is a connection whose TLS the device does (IPPROTO_TLS). Read and
// Write see what is inside. For all else it is as a [TCPConn].
type TLSConn struct{ *conn }

var (
	_ net.Conn = (*TCPConn)(nil)
	_ net.Conn = (*TLSConn)(nil)
)

// setAddrs notes both ends of a TCP connection.
func (c *conn) setAddrs(local, remote netip.AddrPort) {
	c.local, c.remote = net.TCPAddrFromAddrPort(local), net.TCPAddrFromAddrPort(remote)
}

// CloseWrite fails with ErrNotSupported, as on a board: a Netdever has no
// shutdown(2).
func (c *TCPConn) CloseWrite() error {
	err := c.gate.err()
	if err == nil {
		err = ErrNotSupported
	}
	return c.fail("close", err)
}

// SetKeepAlive sets SO_KEEPALIVE, a bool.
func (c *TCPConn) SetKeepAlive(on bool) error { return c.setOption(SOL_SOCKET, SO_KEEPALIVE, on) }

// SetKeepAlivePeriod sets TCP_KEEPINTVL. TinyGo's net package gives it to the
// device as a float64 in half seconds, and so does this.
func (c *TCPConn) SetKeepAlivePeriod(d time.Duration) error {
	return c.setOption(SOL_TCP, TCP_KEEPINTVL, 2*d.Seconds())
}

// SetLinger sets SO_LINGER, an int: how many seconds Close waits for unsent
// data, negative for the device's own way.
func (c *TCPConn) SetLinger(sec int) error { return c.setOption(SOL_SOCKET, SO_LINGER, sec) }

// SetNoDelay sets TCP_NODELAY, a bool.
func (c *TCPConn) SetNoDelay(on bool) error { return c.setOption(SOL_TCP, TCP_NODELAY, on) }

// A TLSAddr is the peer of a [TLSConn], which the device finds by name.
type TLSAddr struct {
	Host string
	Port int
}

// Network returns "tls".
func (a *TLSAddr) Network() string { return "tls" }

// String returns "example.com:443".
func (a *TLSAddr) String() string { return join(a.Host, a.Port) }
