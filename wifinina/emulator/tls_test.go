package emulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tlsServer accepts one connection at a time on the loopback and returns what
// it was told by SNI, and the connections.
func tlsServer(t *testing.T, cert tls.Certificate) (port uint16, names chan string, conns chan net.Conn) {
	t.Helper()
	names, conns = make(chan string, 10), make(chan net.Conn, 10)
	cfg := &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		names <- hello.ServerName
		return &cert, nil
	}}
	ln, err := tls.Listen("tcp4", "127.0.0.1:0", cfg)
	require.NoError(t, err)
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
			if c.(*tls.Conn).Handshake() == nil {
				conns <- c
			}
		}
	}()
	return addrPort(ln.Addr()).Port(), names, conns
}

func startTLS(host, ip string, port uint16, slot int) string {
	return padded(fmt.Sprintf("e02d05 %02x %x 04 %s 02 %04x 01 %02x 01 02 ee", len(host), host, ip, port, slot))
}

func TestTLSByName(t *testing.T) {
	cert, roots := newAuthority(t).issue("tls.test")
	port, names, conns := tlsServer(t, cert)
	hosts := map[string]netip.Addr{"tls.test": loopback, "other.test": loopback}
	h := newHost(t, Config{Roots: roots, Hosts: hosts})
	h.join()
	h.expect(startTLS("tls.test", "00000000", port, 0), okStart)
	assert.Equal(t, "tls.test", <-names)
	peer := <-conns
	h.expect(remote(0), remoteIs(port))
	h.expect(sendDataCmd(0, "secret"), writtenIs(6))
	got := make([]byte, 6)
	_, err := io.ReadFull(peer, got)
	require.NoError(t, err)
	assert.Equal(t, "secret", string(got))
	h.expect(stop(0), stopped)

	h.expect(startTLS("other.test", "00000000", port, 0), failedStart) // wrong name
	h.expect(getSocketCmd, slotIs(0))
}

func TestTLSOfAnUntrustedServer(t *testing.T) {
	_, roots := newAuthority(t).issue("tls.test")
	cert, _ := newAuthority(t).issue("tls.test")
	port, _, _ := tlsServer(t, cert)
	h := newHost(t, Config{Roots: roots, Hosts: map[string]netip.Addr{"tls.test": loopback}})
	h.join()
	h.expect(startTLS("tls.test", "00000000", port, 0), failedStart)
	h.expect(startClient4Reversed(port, 0), failedStart) // nor without a name
}

// startClient4Reversed is TLS to the loopback by address, turned round so that
// the firmware turns it back.
func startClient4Reversed(port uint16, slot int) string {
	return fmt.Sprintf("e02d04 04 0100007f 02 %04x 01 %02x 01 02 ee", port, slot)
}

// TestTLSByAddress: the octets are turned round and no name is checked.
func TestTLSByAddress(t *testing.T) {
	cert, roots := newAuthority(t).issue("whoever.test")
	port, names, conns := tlsServer(t, cert)
	h := newHost(t, Config{Roots: roots, Network: onlyLoopback{}})
	h.join()
	h.expect(startClient4Reversed(port, 0), okStart)
	assert.Empty(t, <-names)
	<-conns
	h.expect(startClient4(port, 1, 2), failedStart) // went to 1.0.0.127
}

// onlyLoopback reaches nothing beyond 127.0.0.1.
type onlyLoopback struct{ Host }

func (n onlyLoopback) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	if to.Addr() != loopback {
		return nil, syscall.EHOSTUNREACH
	}
	return n.Host.Dial(ctx, to)
}

// TestTLSRecords: a slot holds one record, and takes the next when that is
// read.
func TestTLSRecords(t *testing.T) {
	cert, roots := newAuthority(t).issue("tls.test")
	port, _, conns := tlsServer(t, cert)
	h := newHost(t, Config{Roots: roots, Hosts: map[string]netip.Addr{"tls.test": loopback}})
	h.join()
	h.expect(startTLS("tls.test", "00000000", port, 0), okStart)
	peer := <-conns
	for _, record := range []string{"first", "second"} {
		_, err := io.WriteString(peer, record)
		require.NoError(t, err)
	}
	h.poll(avail(0), availIs(5))
	h.expect(getDatabufCmd(0, 100), dataIs("first"))
	h.poll(getDatabufCmd(0, 100), dataIs("second"))

	long := strings.Repeat("0123456789abcdef", 2000)
	go io.WriteString(peer, long)
	var got bytes.Buffer
	for got.Len() < len(long) {
		got.Write(h.receive(0, 4000))
	}
	assert.Equal(t, long, got.String())
	require.NoError(t, peer.Close())
	h.poll(state(0), stateClosed)
	h.expect(getSocketCmd, slotIs(0))
}
