package sessions

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
)

// patience is how long a program waits for what must come.
const patience = 10 * time.Second

func soon() time.Time { return time.Now().Add(patience) }

// httpGet is the demo's session.
func httpGet(dev netdev.Device, p *Peers) error {
	if err := dev.NetConnect(&p.home); err != nil {
		return err
	}
	_, err := Get(dev, p.web, p.HTTP().Port())
	return err
}

// Get fetches "/hello.txt" from an HTTP server and returns the whole answer.
func Get(dev netdev.Netdever, host string, port uint16) ([]byte, error) {
	addr, err := dev.GetHostByName(host)
	if err != nil {
		return nil, err
	}
	fd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	if err != nil {
		return nil, err
	}
	if err := dev.Connect(fd, "", netip.AddrPortFrom(addr, port)); err != nil {
		return nil, errors.Join(err, dev.Close(fd))
	}
	return fetch(dev, fd, host)
}

// fetch sends a request on a connected stream, reads the answer to its end and
// closes the stream.
func fetch(dev netdev.Netdever, fd int, host string) ([]byte, error) {
	req := "GET /hello.txt HTTP/1.0\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"
	if _, err := dev.Send(fd, []byte(req), 0, soon()); err != nil {
		return nil, errors.Join(err, dev.Close(fd))
	}
	answer, err := readAll(dev, fd)
	if err != nil {
		return answer, errors.Join(err, dev.Close(fd))
	}
	if !bytes.HasPrefix(answer, []byte("HTTP/1.0 200 OK\r\n")) {
		return answer, errors.Join(fmt.Errorf("not a good answer: %.40q", answer), dev.Close(fd))
	}
	return answer, dev.Close(fd)
}

// lastWait is how long the end of the stream may take after the whole answer.
const lastWait = time.Second

// readAll reads an answer to the end of its stream. Some firmware never notices
// an end that follows no data (reference §4.9), so once the answer is whole a
// missing end is no failure.
func readAll(dev netdev.Netdever, fd int) (answer []byte, err error) {
	buf := make([]byte, 1024)
	for {
		deadline, whole := soon(), bytes.HasSuffix(answer, []byte(Hello))
		if whole {
			deadline = time.Now().Add(lastWait)
		}
		n, err := dev.Recv(fd, buf, 0, deadline)
		answer = append(answer, buf[:n]...)
		if err == io.EOF || whole && errors.Is(err, netdev.ErrTimeout) {
			return answer, nil
		}
		if err != nil {
			return answer, err
		}
	}
}

// tlsGet fetches over a TLS connection that ends in the coprocessor.
func tlsGet(dev netdev.Device, p *Peers) error {
	if err := dev.NetConnect(&p.home); err != nil {
		return err
	}
	fd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TLS)
	if err != nil {
		return err
	}
	// A port without an address, as TinyGo's net.DialTLS has it.
	if err := dev.Connect(fd, "tls.test", netip.AddrPortFrom(netip.Addr{}, p.TLS().Port())); err != nil {
		return err
	}
	_, err = fetch(dev, fd, "tls.test")
	return err
}

// echoServer serves two clients, one after the other has connected.
func echoServer(dev netdev.Device, p *Peers) error {
	if err := dev.NetConnect(&p.home); err != nil {
		return err
	}
	lfd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	if err != nil {
		return err
	}
	port := p.FreePort()
	if err := dev.Bind(lfd, netip.AddrPortFrom(netip.IPv4Unspecified(), port)); err != nil {
		return err
	}
	if err := dev.Listen(lfd, 1); err != nil {
		return err
	}
	answers := p.Clients(port, "from the first", "and from the second")
	var conns []int
	for range 2 {
		fd, _, err := dev.Accept(lfd)
		if err != nil {
			return err
		}
		conns = append(conns, fd)
	}
	for _, fd := range conns {
		if err := echoOnce(dev, fd); err != nil {
			return err
		}
	}
	return errors.Join(dev.Close(lfd), <-answers, <-answers)
}

// echoOnce sends back what comes first and closes the connection.
func echoOnce(dev netdev.Netdever, fd int) error {
	buf := make([]byte, 256)
	n, err := dev.Recv(fd, buf, 0, soon())
	if err != nil {
		return err
	}
	if _, err := dev.Send(fd, buf[:n], 0, soon()); err != nil {
		return err
	}
	return dev.Close(fd)
}

// udpExchange sends datagrams to a server that sends them back, and then waits
// for one that does not come.
func udpExchange(dev netdev.Device, p *Peers) error {
	if err := dev.NetConnect(&p.home); err != nil {
		return err
	}
	fd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_DGRAM, netdev.IPPROTO_UDP)
	if err != nil {
		return err
	}
	if err := dev.Bind(fd, netip.AddrPortFrom(netip.IPv4Unspecified(), p.FreePort())); err != nil {
		return err
	}
	if err := dev.Connect(fd, "", p.UDPEcho()); err != nil {
		return err
	}
	buf := make([]byte, 2000)
	for _, size := range []int{1, 48, 1436, 1472} {
		msg := bytes.Repeat([]byte{byte('a' + size%26)}, size)
		if _, err := dev.Send(fd, msg, 0, soon()); err != nil {
			return err
		}
		n, err := dev.Recv(fd, buf, 0, soon())
		if err != nil {
			return err
		}
		if !bytes.Equal(buf[:n], msg) {
			return fmt.Errorf("a datagram of %d bytes came back as another of %d", size, n)
		}
	}
	if _, err := dev.Recv(fd, buf, 0, time.Now().Add(50*time.Millisecond)); !errors.Is(err, netdev.ErrTimeout) {
		return fmt.Errorf("want a timeout, got %v", err)
	}
	return dev.Close(fd)
}

// joinFailed fails to join in two ways and then joins.
func joinFailed(dev netdev.Device, p *Peers) error {
	wrong, unknown := p.home, p.home
	wrong.Passphrase = "not the passphrase"
	unknown.Ssid = "elsewhere"
	for _, c := range []struct {
		params netlink.ConnectParams
		want   error
	}{{wrong, wifinina.ErrWrongPassphrase}, {unknown, wifinina.ErrNoSuchNetwork}} {
		if err := dev.NetConnect(&c.params); !errors.Is(err, c.want) {
			return fmt.Errorf("want %w, got %w", c.want, err)
		}
	}
	if err := dev.NetConnect(&p.home); err != nil {
		return err
	}
	if _, err := dev.Addr(); err != nil {
		return err
	}
	_, err := dev.GetHardwareAddr()
	dev.NetDisconnect()
	return err
}

// refused is told no by a host and by the name server.
func refused(dev netdev.Device, p *Peers) error {
	if err := dev.NetConnect(&p.home); err != nil {
		return err
	}
	if _, err := dev.GetHostByName("nowhere.invalid"); !errors.Is(err, netdev.ErrHostUnknown) {
		return fmt.Errorf("want an unknown host, got %v", err)
	}
	fd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	if err != nil {
		return err
	}
	closed := netip.AddrPortFrom(p.HTTP().Addr(), p.FreePort())
	if err := dev.Connect(fd, "", closed); !errors.Is(err, netdev.ErrConnectionRefused) {
		return fmt.Errorf("want a refused connection, got %v", err)
	}
	if err := dev.Connect(fd, "", p.HTTP()); err != nil {
		return err
	}
	_, err = fetch(dev, fd, "http.test")
	return err
}
