package netdev_test

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/netdev/netdevtest"
)

// slow is a device whose Connect ends when it is told, and is not woken by
// Close. It counts what Close frees.
type slow struct {
	netdev.Netdever
	end    chan struct{}
	closed chan int
}

func (s slow) Connect(fd int, host string, ip netip.AddrPort) error {
	err := s.Netdever.Connect(fd, host, ip)
	<-s.end
	return err
}

func (s slow) Close(fd int) error {
	s.closed <- fd
	return s.Netdever.Close(fd)
}

func TestDialEndsWithItsContext(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	for name, begin := range map[string]func() (context.Context, context.CancelFunc, error){
		"cancelled": func() (context.Context, context.CancelFunc, error) {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(50*time.Millisecond, cancel)
			return ctx, cancel, context.Canceled
		},
		"too late": func() (context.Context, context.CancelFunc, error) {
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			return ctx, cancel, context.DeadlineExceeded
		},
	} {
		t.Run(name, func(t *testing.T) {
			dev := slow{netdevtest.Host(), make(chan struct{}), make(chan int, 10)}
			ctx, cancel, want := begin()
			defer cancel()
			d := netdev.Dialer{Device: dev}
			c, err := d.DialContext(ctx, "tcp", l.Addr().String())
			assert.Nil(t, c)
			assert.ErrorIs(t, opError(t, "dial", err), want)
			close(dev.end)
			select {
			case <-dev.closed:
			case <-time.After(10 * time.Second):
				require.Fail(t, "the descriptor leaks")
			}
			assert.Empty(t, dev.closed, "closed once")
		})
	}
}

func TestDialErrors(t *testing.T) {
	dev := netdevtest.Host()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name, network, address string
		ctx                    context.Context
		dev                    netdev.Netdever
		want                   error
	}{
		{"unknown network", "tcp6", "127.0.0.1:80", nil, dev, net.UnknownNetworkError("tcp6")},
		{"no port", "tcp", "127.0.0.1", nil, dev, nil},
		{"no host", "tcp", ":80", nil, dev, nil},
		{"IPv6", "tcp", "[::1]:80", nil, dev, nil},
		{"no such host", "tcp", "nowhere.invalid:80", nil, dev, netdev.ErrHostUnknown},
		{"nobody there", "tcp", "127.0.0.1:1", nil, dev, netdev.ErrConnectionRefused},
		{"no TLS", "tls", "127.0.0.1:1", nil, dev, netdev.ErrProtocolNotSupported},
		{"no device", "udp", "127.0.0.1:1", nil, nil, netdev.ErrNotConnected},
		{"over before it begins", "tcp", "127.0.0.1:1", ended, dev, context.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := c.ctx
			if ctx == nil {
				ctx = context.Background()
			}
			d := netdev.Dialer{Device: c.dev}
			conn, err := d.DialContext(ctx, c.network, c.address)
			assert.Nil(t, conn)
			oe := opError(t, "dial", err)
			assert.Equal(t, c.network, oe.Net)
			if c.want != nil {
				assert.ErrorIs(t, err, c.want)
			}
		})
	}
	// None of them keeps a descriptor.
	for range 10 {
		_, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
		require.NoError(t, err)
	}
}

func TestShorthands(t *testing.T) {
	netdev.UseNetdev(netdevtest.Host())
	defer netdev.UseNetdev(nil)
	l, err := netdev.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	c, err := netdev.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr))
	require.NoError(t, err)
	defer c.Close()
	assert.Equal(t, l.Addr().String(), c.RemoteAddr().String())
	p, err := netdev.ListenPacket("udp", ":0")
	require.NoError(t, err)
	defer p.Close()
	u, err := netdev.DialUDP("udp", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: p.LocalAddr().(*net.UDPAddr).Port})
	require.NoError(t, err)
	defer u.Close()
	_, err = netdev.DialTLS("127.0.0.1:443")
	assert.ErrorIs(t, err, netdev.ErrProtocolNotSupported)
	_, err = netdev.DialTCP("udp", nil, nil)
	assert.ErrorIs(t, opError(t, "dial", err), net.UnknownNetworkError("udp"))
	_, err = netdev.DialUDP("tcp", nil, nil)
	assert.ErrorIs(t, opError(t, "dial", err), net.UnknownNetworkError("tcp"))
}

// names is a device that knows one host.
type names struct{ netdev.Netdever }

func (names) GetHostByName(name string) (netip.Addr, error) {
	if name != "board.test" {
		return netip.Addr{}, netdev.ErrHostUnknown
	}
	return netip.MustParseAddr("192.0.2.7"), nil
}

func TestResolver(t *testing.T) {
	ctx := context.Background()
	r := netdev.Resolver{Device: names{}}
	hosts, err := r.LookupHost(ctx, "board.test")
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.7"}, hosts)
	addrs, err := r.LookupNetIP(ctx, "ip4", "192.0.2.9")
	require.NoError(t, err)
	assert.Equal(t, []netip.Addr{netip.MustParseAddr("192.0.2.9")}, addrs)
	_, err = r.LookupHost(ctx, "elsewhere.test")
	var dns *net.DNSError
	require.ErrorAs(t, err, &dns)
	assert.True(t, dns.IsNotFound)
	assert.Equal(t, "elsewhere.test", dns.Name)
	assert.ErrorIs(t, err, netdev.ErrHostUnknown)
	_, err = r.LookupNetIP(ctx, "ip6", "board.test")
	assert.ErrorAs(t, err, &dns)
}
