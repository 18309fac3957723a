package sessions

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"time"

	"tinygo.org/x/drivers/netlink"
)

// Hello is what the HTTP servers answer.
const Hello = "Hello from the other side.\n"

// Peers are the hosts that a session talks to, and the network it joins to reach
// them. They start when they are first asked for; one goroutine at a time may
// ask.
type Peers struct {
	home    netlink.ConnectParams
	web     string // by which the module reaches HTTP: a name or an address
	closers []func()
	ca      *authority
	http    netip.AddrPort
}

// NewPeers returns peers on 127.0.0.1, of which none runs yet, in the network
// Home. Close them.
func NewPeers() *Peers { return &Peers{home: Home, web: "http.test"} }

// PeersAt returns the peers of the session "http-get" for a module that is
// elsewhere: it joins home, whose name servers know none of our names, and
// reaches this machine at addr. Close them.
func PeersAt(addr netip.Addr, home netlink.ConnectParams) (*Peers, error) {
	p := &Peers{home: home, web: addr.String()}
	return p, p.serve(netip.AddrPortFrom(addr, 0))
}

// Close stops what was started.
func (p *Peers) Close() {
	for _, c := range p.closers {
		c()
	}
}

func hello() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/hello.txt", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, Hello)
	})
	return mux
}

// HTTP returns the address of a web server that has /hello.txt.
func (p *Peers) HTTP() netip.AddrPort {
	if !p.http.IsValid() {
		must(p, p.serve(netip.MustParseAddrPort("127.0.0.1:0")))
	}
	return p.http
}

// serve starts the web server.
func (p *Peers) serve(at netip.AddrPort) error {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp4", at.String())
	if err != nil {
		return err
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: hello(), ReadHeaderTimeout: patience}}
	s.Start()
	p.closers = append(p.closers, s.Close)
	p.http = netip.MustParseAddrPort(l.Addr().String())
	return nil
}

// TLS returns the address of a web server with TLS, whose certificate is for
// tls.test and signed by one of Roots.
func (p *Peers) TLS() netip.AddrPort {
	s := httptest.NewUnstartedServer(hello())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{p.authority().server("tls.test")}}
	s.StartTLS()
	p.closers = append(p.closers, s.Close)
	return netip.MustParseAddrPort(s.Listener.Addr().String())
}

// Roots returns the authorities that signed the certificates of the peers.
func (p *Peers) Roots() *x509.CertPool { return p.authority().pool }

func (p *Peers) authority() *authority {
	if p.ca == nil {
		p.ca = newAuthority()
	}
	return p.ca
}

// UDPEcho returns the address of a server that sends every datagram back.
func (p *Peers) UDPEcho() netip.AddrPort {
	pc := must((&net.ListenConfig{}).ListenPacket(context.Background(), "udp4", "127.0.0.1:0"))
	p.closers = append(p.closers, func() { pc.Close() })
	go func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			pc.WriteTo(buf[:n], from)
		}
	}()
	return netip.MustParseAddrPort(pc.LocalAddr().String())
}

// FreePort returns a port nobody listens on.
func (p *Peers) FreePort() uint16 {
	l := must((&net.ListenConfig{}).Listen(context.Background(), "tcp4", "127.0.0.1:0"))
	defer l.Close()
	return netip.MustParseAddrPort(l.Addr().String()).Port()
}

// Clients connects to a port once for each word, sends the word, and wants it
// back. The channel tells for each how that went.
func (p *Peers) Clients(port uint16, words ...string) <-chan error {
	results := make(chan error, len(words))
	for _, w := range words {
		go func() { results <- client(port, w) }()
	}
	return results
}

func client(port uint16, word string) error {
	c, err := (&net.Dialer{Timeout: patience}).Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c, word); err != nil {
		return err
	}
	back := make([]byte, len(word))
	if _, err := io.ReadFull(c, back); err != nil {
		return err
	}
	if string(back) != word {
		return fmt.Errorf("sent %q, got %q back", word, back)
	}
	return nil
}

// must is for what can't fail on a host that has a loopback interface.
func must[T any](v T, err error) T {
	if err != nil {
		panic("scenario: " + err.Error())
	}
	return v
}
