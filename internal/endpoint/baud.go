package endpoint

import (
	"net/url"
	"strconv"
	"strings"
)

// WithBaud returns the name of a serial port with a baud rate. Errors:
// *NameError if it has one already, or is none of a serial port.
func WithBaud(name string, baud int) (string, error) {
	a, err := parse(name)
	switch {
	case err != nil:
		return "", err
	case a.scheme != "serial":
		return "", &NameError{name, "only a serial port has a baud rate"}
	case strings.Contains(name, "?"):
		return "", &NameError{name, "it has a baud rate already"}
	}
	u := url.URL{Scheme: "serial", RawQuery: "baud=" + strconv.Itoa(baud)}
	if strings.HasPrefix(a.name, "/") {
		u.Path = a.name
	} else {
		u.Host = a.name
	}
	return u.String(), nil
}
