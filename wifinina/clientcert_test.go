package wifinina

import (
	"bytes"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// identity returns a certificate and its key in PEM, and who trusts it.
func identity(t *testing.T) (server tls.Certificate, cert, key string, roots *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	server = s.TLS.Certificates[0]
	der := x509.MarshalPKCS1PrivateKey(server.PrivateKey.(*rsa.PrivateKey))
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return server, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate[0]})),
		string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der})), roots
}

func TestClientCertificateIsShown(t *testing.T) {
	server, cert, key, roots := identity(t)
	shown := make(chan [][]byte, 10)
	l, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{server}, ClientAuth: tls.RequireAnyClientCert})
	require.NoError(t, err)
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if c.(*tls.Conn).Handshake() == nil {
				for _, p := range c.(*tls.Conn).ConnectionState().PeerCertificates {
					shown <- [][]byte{p.Raw}
				}
			}
		}
	}()
	port := netip.MustParseAddrPort(l.Addr().(*net.TCPAddr).String()).Port()
	hosts := map[string]netip.Addr{"example.com": netip.MustParseAddr("127.0.0.1")}
	eachFirmware(t, emulator.Config{Roots: roots, Hosts: hosts}, func(t *testing.T, d *Device, b *faultyBus) {
		if d.fw.family == wire.Arduino {
			unsupported(t, b, func() error { return d.SetClientCertificate(cert, key, nil) })
			return
		}
		buf := make([]byte, max(len(cert), len(key))+pemOverhead)
		require.NoError(t, d.SetClientCertificate(cert, key, buf))
		fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TLS)
		require.NoError(t, err)
		require.NoError(t, d.Connect(fd, "example.com", netip.AddrPortFrom(netip.IPv4Unspecified(), port)))
		assert.Equal(t, server.Certificate, <-shown)
		require.NoError(t, d.Close(fd))
	})
}

// The whole of the firmware's buffer can be filled, and no more; the buffer of
// the frame is the caller's.
func TestClientCertificateSizes(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{Profile: emulator.Adafruit330()})
	cert, key := strings.Repeat("c", wire.MaxClientCert-1), strings.Repeat("k", wire.MaxClientKey-1)
	var sent [][]byte
	b.onTx = func(w, _ []byte) (bool, error) {
		if w != nil {
			sent = append(sent, bytes.Clone(w))
		}
		return false, nil
	}
	require.NoError(t, d.SetClientCertificate(cert, key, nil))
	require.Len(t, sent, 2)
	assert.Equal(t, "\xE0\x40\x01\x14"+cert+"\x00\xEE\xFF\xFF\xFF", string(sent[0]))
	assert.Equal(t, "\xE0\x41\x01\xA4"+key+"\x00\xEE\xFF\xFF\xFF", string(sent[1]))
	assert.ErrorIs(t, d.SetClientCertificate(cert+"c", key, nil), ErrTooLong)
	assert.ErrorIs(t, d.SetClientCertificate(cert, key+"k", nil), ErrTooLong)
	assert.ErrorIs(t, d.SetClientCertificate(cert, key, make([]byte, len(key))), ErrTooLong)
	assert.Len(t, sent, 2, "nothing is sent")
	b.forge(wire.SetPK, 0xE0, 0xC1, 1, 1, 0, 0xEE)
	assert.ErrorIs(t, d.SetClientCertificate(cert, key, nil), ErrRefused)
	b.forge(wire.SetPK, 0xEF, 0, 0xEE)
	assert.ErrorIs(t, d.SetClientCertificate(cert, key, nil), ErrUnsupported)
	b.forge(wire.SetPK, 0xE0, 0xC2)
	assert.ErrorIs(t, d.SetClientCertificate(cert, key, nil), wire.ErrCommand)
}

func TestClientCertificateIntoABufferAllocatesNothing(t *testing.T) {
	d := canned("3.3.0")
	buf := make([]byte, 2000)
	cert, key := strings.Repeat("c", 1000), strings.Repeat("k", 1600)
	require.NoError(t, d.SetClientCertificate(cert, key, buf))
	assert.Zero(t, testing.AllocsPerRun(50, func() { _ = d.SetClientCertificate(cert, key, buf) }))
}
