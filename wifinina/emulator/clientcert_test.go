package emulator

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// pemOf returns a certificate and its key in PEM.
func pemOf(t *testing.T, c tls.Certificate) (cert, key string) {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(c.PrivateKey.(*ecdsa.PrivateKey))
	require.NoError(t, err)
	cert = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}))
	return cert, string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// pemCmd sends a text as CircuitPython does, with a length byte of low bits.
func pemCmd(cmd int, text string) string {
	return padded(fmt.Sprintf("e0%02x01 %02x %x ee", cmd, len(text)&0xFF, text))
}

// TestClientCertificate: shown from the moment both halves are there until the
// next reset, whatever stands behind the end of the PEM.
func TestClientCertificate(t *testing.T) {
	a := newAuthority(t)
	server, roots := a.issue("tls.test")
	mine, _ := a.issue("me")
	cert, key := pemOf(t, mine)
	shown := make(chan int, 10)
	ln, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{server}, ClientAuth: tls.RequestClientCert})
	require.NoError(t, err)
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			if c.(*tls.Conn).Handshake() == nil {
				shown <- len(c.(*tls.Conn).ConnectionState().PeerCertificates)
			}
		}
	}()
	connect := startTLS("tls.test", "00000000", addrPort(ln.Addr()).Port(), 0)
	for _, p := range []Profile{Adafruit177(), Adafruit330()} {
		h := newHost(t, Config{Profile: p, Roots: roots, Hosts: map[string]netip.Addr{"tls.test": loopback}})
		h.join()
		for _, step := range []struct {
			cmd  string
			seen int
		}{{pemCmd(0x40, cert), 0}, {pemCmd(0x41, key), 1}} {
			h.expect(step.cmd, fmt.Sprintf("e0%02x0101 01 ee", 0x80|unhex(t, step.cmd)[1]))
			h.expect(connect, okStart)
			assert.Equal(t, step.seen, <-shown)
			h.expect(stop(0), stopped)
		}
		h.expect(pemCmd(0x41, "no key"), "e0c10101 01 ee")
		h.expect(connect, failedStart)
		h.restart(0)
		h.join()
		h.expect(connect, okStart)
		assert.Zero(t, <-shown)
	}
}

// TestTLSByAddressAsItIs: Adafruit's current firmware does not turn it round.
func TestTLSByAddressAsItIs(t *testing.T) {
	cert, roots := newAuthority(t).issue("whoever.test")
	port, _, conns := tlsServer(t, cert)
	h := newHost(t, Config{Profile: Adafruit330(), Roots: roots, Network: onlyLoopback{}})
	h.join()
	h.expect(startClient4(port, 0, int(wire.ModeTLS)), okStart)
	var peer net.Conn = <-conns
	require.NoError(t, peer.Close())
}
