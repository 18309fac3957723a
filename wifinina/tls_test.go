package wifinina

import (
	"crypto/x509"
	"net"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// tlsHost runs a web server with a certificate for example.com and returns its
// port and who vouches for it.
func tlsHost(t *testing.T) (uint16, *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	t.Cleanup(s.Close)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return uint16(s.Listener.Addr().(*net.TCPAddr).Port), pool
}

func TestTLSByName(t *testing.T) {
	port, roots := tlsHost(t)
	here := netip.MustParseAddr("127.0.0.1")
	d := online(t, emulator.Config{Roots: roots, Hosts: map[string]netip.Addr{"example.com": here, "wrong.test": here}})
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TLS)
	require.NoError(t, err)
	nowhere := netip.AddrPortFrom(netip.IPv4Unspecified(), port)
	assert.ErrorIs(t, d.Connect(fd, "", at(port)), netdev.ErrNotSupported, "by address the firmware goes to the wrong host")
	assert.ErrorIs(t, d.Connect(fd, strings.Repeat("x", 256), nowhere), netdev.ErrMalAddr)
	assert.ErrorIs(t, d.Connect(fd, "wrong.test", nowhere), netdev.ErrConnectionRefused, "not the certificate's name")
	assert.ErrorIs(t, d.Connect(fd, "nowhere.invalid", nowhere), netdev.ErrConnectionRefused)
	require.NoError(t, d.Connect(fd, "example.com", nowhere))
	_, err = d.Send(fd, []byte("GET / HTTP/1.0\r\n\r\n"), 0, soon())
	require.NoError(t, err)
	assert.Contains(t, string(recvAll(t, d, fd)), "HTTP/1.0 404 Not Found\r\n")
	require.NoError(t, d.Close(fd))
}

func TestTLSNeedsAnAuthority(t *testing.T) {
	port, _ := tlsHost(t)
	d := online(t, emulator.Config{Roots: x509.NewCertPool(), Hosts: map[string]netip.Addr{"example.com": netip.MustParseAddr("127.0.0.1")}})
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TLS)
	require.NoError(t, err)
	assert.ErrorIs(t, d.Connect(fd, "example.com", at(port)), netdev.ErrConnectionRefused)
	require.NoError(t, d.Bind(fd, at(0)))
	assert.ErrorIs(t, d.Listen(fd, 1), netdev.ErrNotSupported)
}
