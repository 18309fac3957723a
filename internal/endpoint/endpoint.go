// Package endpoint opens what a coprocessor may be behind: a TCP address or a
// serial port, by the name a user gives it.
//
//	tcp://127.0.0.1:7000
//	serial:///dev/ttyACM0?baud=115200
//	/dev/ttyACM0
//	COM3
package endpoint

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// DefaultBaud is the rate of a serial port whose name has none. A board on USB
// does not care, except that 1200 starts its boot loader.
const DefaultBaud = 115200

// An address is a name taken apart.
type address struct {
	scheme string // "tcp" or "serial"
	name   string // host and port, or that of a serial port
	baud   int
}

// A NameError says that a name is none of an endpoint.
type NameError struct {
	Name string
	Why  string
}

// Error tells what names there are.
func (e *NameError) Error() string {
	return fmt.Sprintf("%q: %s; want tcp://HOST:PORT, serial:///dev/NAME?baud=RATE or the name of a serial port", e.Name, e.Why)
}

// Open connects to an endpoint. ctx is for connecting only. Close of what it
// returns ends a Read and a Write that are at work. What is open to a serial
// port has a method Window, for link.NewClient.
//
// Errors: *NameError for a name that is none, those of package net, and those
// of go.bug.st/serial, wrapped.
func Open(ctx context.Context, name string) (io.ReadWriteCloser, error) {
	a, err := parse(name)
	if err != nil {
		return nil, err
	}
	if a.scheme == "serial" {
		return openSerial(a)
	}
	var d net.Dialer
	return d.DialContext(ctx, "tcp", a.name) // which sets TCP_NODELAY
}

// Listen listens at a TCP endpoint. Port 0 is any that is free.
func Listen(ctx context.Context, name string) (net.Listener, error) {
	a, err := parse(name)
	if err != nil {
		return nil, err
	}
	if a.scheme != "tcp" {
		return nil, &NameError{name, "only TCP can be listened at"}
	}
	var l net.ListenConfig
	return l.Listen(ctx, "tcp", a.name)
}

// parse takes a name apart.
func parse(name string) (address, error) {
	if !strings.Contains(name, "://") {
		if strings.HasPrefix(name, "/") || strings.HasPrefix(strings.ToUpper(name), "COM") {
			return address{"serial", name, DefaultBaud}, nil
		}
		return address{}, &NameError{name, "not an endpoint"}
	}
	u, err := url.Parse(name)
	if err != nil {
		return address{}, &NameError{name, "not an endpoint"}
	}
	switch u.Scheme {
	case "tcp":
		if u.Port() == "" || u.Path != "" || u.RawQuery != "" {
			return address{}, &NameError{name, "not a host and a port"}
		}
		return address{"tcp", u.Host, 0}, nil
	case "serial":
		return parseSerial(name, u)
	}
	return address{}, &NameError{name, "neither tcp nor serial"}
}

// parseSerial takes the name of a serial port apart: /dev/ttyACM0 is its path,
// COM3 its host.
func parseSerial(name string, u *url.URL) (address, error) {
	a := address{"serial", u.Host + u.Path, DefaultBaud}
	if a.name == "" {
		return address{}, &NameError{name, "no port"}
	}
	for key, values := range u.Query() {
		n, err := strconv.Atoi(values[0])
		if key != "baud" || err != nil || n <= 0 || len(values) > 1 {
			return address{}, &NameError{name, "only a baud rate can be set"}
		}
		a.baud = n
	}
	return a, nil
}
