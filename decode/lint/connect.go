package lint

import (
	"fmt"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with connecting and with connections.
var connectRules = []Rule{
	{ID: "NT721", Name: "connect-failed", Severity: Warning, Title: "a connection was not made",
		Why:    "At once, the peer has refused it; after seconds, nobody has answered.",
		Do:     "Check address and port, and whether the server listens.",
		Source: "§4.3, §4.7, `empty-failure`, `refused-is-reset`", check: func() check { return new(connectFailed).see }},
	{ID: "NT722", Name: "connection-reset", Severity: Warning, Title: "a connection was reset",
		Why:    "The peer has thrown it away: data may be lost, and the descriptor is good for closing alone.",
		Do:     "Close the socket and connect again; see whether the peer limits the time between requests.",
		Source: "§4.7, `refused-is-reset`", check: func() check { return new(connectionReset).see }},
}

// inProgress is the errors of a connect that is not over.
func inProgress(e wire.Errno) bool {
	return e == wire.EINPROGRESS || e == wire.EALREADY || e == wire.EAGAIN || e == wire.EISCONN || e == wire.EOK
}

// connectFailed knows of a SOCKET_CONNECT that has failed until its error is
// asked for.
type connectFailed struct {
	n    int // the exchange; 0: none
	sock int
	to   peer
}

func (c *connectFailed) see(st *step) {
	switch {
	case st.ex == nil:
	case st.is(wire.StartClientTCP) && st.result() != 1 && !secureMode(st):
		st.report(st.slot(), "%s was not connected, after %v", target(st), st.ex.Wait.Round(time.Microsecond))
	case st.is(wire.SocketConnect) && st.result() == 0:
		*c = connectFailed{st.ex.N, st.arg("sock"), st.peer()}
		return
	case st.is(wire.SocketErrno) && c.n > 0 && !inProgress(wire.Errno(st.result())):
		st.reportOf(c.sock+256, []int{c.n, st.ex.N}, "%s was not connected: errno %d (%s)", c.to, st.result(), wire.Errno(st.result()))
	}
	if st.ex != nil || st.over() || st.lost() {
		c.n = 0
	}
}

// target returns what START_CLIENT_TCP connects to.
func target(st *step) string {
	if host, ok := st.value("host"); ok && len(host.Bytes()) > 0 {
		return fmt.Sprintf("%q port %d", host.Bytes(), st.arg("port"))
	}
	return st.peer().String()
}

// connectionReset knows of the command that SOCKET_ERRNO is about.
type connectionReset struct{ n, sock int }

func (c *connectionReset) see(st *step) {
	switch {
	case st.ex == nil:
	case st.asks(wire.SocketSend, wire.SocketRecv, wire.SocketSendTo, wire.SocketRecvFrom):
		c.n, c.sock = st.ex.N, st.arg("sock")
	case !st.is(wire.SocketErrno):
		c.n = 0
	case c.n > 0 && wire.Errno(st.result()) == wire.ECONNRESET:
		st.reportOf(c.sock, []int{c.n, st.ex.N}, "the connection of descriptor %d was reset: errno 104 (ECONNRESET)", c.sock)
	}
}
