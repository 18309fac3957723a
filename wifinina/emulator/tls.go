package emulator

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
)

// handshake makes conn a TLS connection as the firmware's mbedTLS does: TLS
// 1.2 at most, the server's chain must be trusted, and a host name is sent as
// SNI and checked. Without one, nobody's certificate is too foreign (reference
// §4.3.3).
func (f *firmware) handshake(ctx context.Context, conn net.Conn, host string, id clientIdentity) (net.Conn, error) {
	roots := f.e.cfg.Roots
	cfg := &tls.Config{RootCAs: roots, ServerName: host, MaxVersion: tls.VersionTLS12}
	if host == "" {
		cfg.InsecureSkipVerify = true // the chain is verified below, the name is not
		cfg.VerifyConnection = func(s tls.ConnectionState) error { return verifyChain(roots, s.PeerCertificates) }
	}
	if err := id.show(cfg); err != nil {
		return nil, err
	}
	c := tls.Client(conn, cfg)
	return c, c.HandshakeContext(ctx)
}

// verifyChain checks that chain leads to one of roots, whatever names are in
// it. The first certificate is the server's; crypto/tls never passes none.
func verifyChain(roots *x509.CertPool, chain []*x509.Certificate) error {
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between})
	return err
}

// reversed turns an address round, which is what the firmware does to one it
// is asked to reach by TLS.
func reversed(a netip.Addr) netip.Addr {
	o := a.As4()
	return netip.AddrFrom4([4]byte{o[3], o[2], o[1], o[0]})
}
