package endpoint

import (
	"context"
	"io"
	"net"
	"strings"
)

func Open(ctx context.Context, name string) (io.ReadWriteCloser, error) {
	return (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(name, "tcp://"))
}
func Listen(ctx context.Context, name string) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(ctx, "tcp", strings.TrimPrefix(name, "tcp://"))
}
