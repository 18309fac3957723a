package wifinina_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// shout answers with the body of the request in capitals.
var shout = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	io.WriteString(w, strings.ToUpper(string(b)))
})

// post posts a text and checks the answer of shout.
func post(t *testing.T, client *http.Client, url string) {
	t.Helper()
	text := strings.Repeat("over the coprocessor ", 1000)
	for range 3 {
		resp, err := client.Post(url, "text/plain", strings.NewReader(text))
		require.NoError(t, err)
		got, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		resp.Body.Close()
		assert.True(t, strings.ToUpper(text) == string(got))
	}
}

// through returns a client whose connections go through d. dialled is what they
// are to d: "tcp", or "tls", which net/http takes for plain connections.
func through(t *testing.T, d *wifinina.Device, dialled string, trust *tls.Config) *http.Client {
	dialer := netdev.Dialer{Device: d}
	tr := &http.Transport{
		TLSClientConfig: trust,
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, dialled, address)
		},
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 20 * time.Second}
}

func TestHTTPClient(t *testing.T) {
	s := httptest.NewServer(shout)
	defer s.Close()
	d := up(t, wifinina.Config{}, emulator.Config{})
	post(t, through(t, d, "tcp", nil), s.URL)
}

// The server is the driver's, and the client first the PC's and then the
// driver's own.
func TestHTTPServer(t *testing.T) {
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	at := free.Addr().String()
	free.Close()
	d := up(t, wifinina.Config{}, emulator.Config{})
	lc := netdev.ListenConfig{Device: d}
	l, err := lc.Listen(context.Background(), "tcp", at)
	require.NoError(t, err)
	s := &http.Server{Handler: shout}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	client := &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}
	post(t, client, "http://"+at)
	client.CloseIdleConnections()
	post(t, through(t, d, "tcp", nil), "http://"+at)
	require.NoError(t, s.Close())
	assert.ErrorIs(t, <-served, http.ErrServerClosed)
}

// tlsServer returns a server for example.com, its authority, and its port.
func tlsServer(t *testing.T) (*x509.CertPool, string) {
	s := httptest.NewTLSServer(shout)
	t.Cleanup(s.Close)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	require.NoError(t, err)
	return pool, port
}

var exampleCom = map[string]netip.Addr{"example.com": netip.MustParseAddr("127.0.0.1")}

func TestTLSOfThePCOverTheCoprocessor(t *testing.T) {
	pool, port := tlsServer(t)
	d := up(t, wifinina.Config{}, emulator.Config{Hosts: exampleCom})
	post(t, through(t, d, "tcp", &tls.Config{RootCAs: pool}), "https://example.com:"+port)
}

func TestTLSOfTheCoprocessor(t *testing.T) {
	pool, port := tlsServer(t)
	d := up(t, wifinina.Config{}, emulator.Config{Hosts: exampleCom, Roots: pool})
	post(t, through(t, d, "tls", nil), "http://example.com:"+port)
	dialer := netdev.Dialer{Device: d}
	c, err := dialer.DialContext(context.Background(), "tls", "example.com:"+port)
	require.NoError(t, err)
	defer c.Close()
	assert.Equal(t, "example.com:"+port, c.RemoteAddr().String())
	assert.IsType(t, (*netdev.TLSConn)(nil), c)
}
