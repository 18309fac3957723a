//go:build !tinygo

package link

import (
	"context"
	"net"
)

// Dial connects to a coprocessor behind a TCP address, "host:port". ctx is for
// connecting only.
func Dial(ctx context.Context, address string) (*Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	prompt(conn)
	return NewClient(conn), nil
}

// prompt makes a TCP connection send small pieces at once, which is Go's
// default and vital here: an exchange is made of them.
func prompt(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetNoDelay(true) // slow without, and right
	}
}
