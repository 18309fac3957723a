package lint

import (
	"fmt"
	"net/netip"

	"github.com/ninatrace/ninatrace/decode/ledger"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with connecting and with connections.
var connectRules = []Rule{
	{ID: "NT721", Name: "connect-failed", Severity: Warning, Title: "a connection was not made",
		Why:    "At once, the peer has refused it; after seconds, nobody has answered.",
		Do:     "Check address and port, and whether the server listens.",
		Source: "§4.3, §4.7, `empty-failure`, `refused-is-reset`", check: stateless(connectFailed)},
	{ID: "NT722", Name: "connection-reset", Severity: Warning, Title: "a connection was reset",
		Why:    "The peer has thrown it away: data may be lost, and the descriptor is good for closing alone.",
		Do:     "Close the socket and connect again; see whether the peer limits the time between requests.",
		Source: "§4.7, `refused-is-reset`", check: stateless(connectionReset)},
}

func connectFailed(st *step) {
	switch c := st.closed; {
	case st.ex != nil && st.is(wire.StartClientTCP) && st.result() != 1 && !secureMode(st):
		to := target(st)
		st.report(keyOf(to), "%s was not connected, after %v", to, about(st.ex.Wait))
	case c != nil && c.Engine == ledger.Descriptor && c.Cause == ledger.Failed:
		to := netip.AddrPortFrom(c.Addr, c.Port).String()
		st.reportOf(keyOf(to), exchangesOf(c), "%s was not connected, by descriptor %d", to, c.Sock)
	}
}

// target returns what START_CLIENT_TCP connects to.
func target(st *step) string {
	if host, ok := st.value("host"); ok && len(host.Bytes()) > 0 {
		return fmt.Sprintf("%q port %d", host.Bytes(), st.arg("port"))
	}
	return st.peer().String()
}

func connectionReset(st *step) {
	if c := st.closed; c != nil && c.Cause == ledger.PeerReset {
		st.reportOf(fold(c), exchangesOf(c), "the connection of %s %d to %s was reset, after %d bytes sent and %d received", c.Engine, c.Sock,
			netip.AddrPortFrom(c.Addr, c.Port), c.Sent, c.Received)
	}
}

// fold is the key by which findings about a socket count as the same.
func fold(c *ledger.Conversation) int { return int(c.Engine)<<8 | int(c.Sock) }

// exchangesOf returns the exchanges that have opened and ended a socket.
func exchangesOf(c *ledger.Conversation) []int {
	if c.Ended.Exchange == 0 || c.Ended.Exchange == c.Opened.Exchange {
		return []int{c.Opened.Exchange}
	}
	return []int{c.Opened.Exchange, c.Ended.Exchange}
}
