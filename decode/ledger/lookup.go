package ledger

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

var nameReaders = map[wire.Command]func(*Ledger){
	wire.ReqHostByName: (*Ledger).lookUp,
	wire.GetHostByName: (*Ledger).lookedUp,
}

// maxNames is how many lookups are kept.
const maxNames = 16

// names keeps the last lookups.
type names struct {
	asked string // REQ_HOST_BY_NAME has found an address for it
	known [maxNames]struct {
		addr netip.Addr
		name string
	}
	next int
}

func (l *Ledger) lookUp() {
	l.names.asked = ""
	if v, ok := l.ask.value("host"); ok && l.answer.says() == yes {
		l.names.asked = string(v.Bytes())
	}
}

func (l *Ledger) lookedUp() {
	if v, ok := l.answer.value("ip"); ok && l.names.asked != "" {
		l.names.learn(netip.AddrFrom4(v.IP()), l.names.asked)
	}
}

// learn keeps the name of an address. A dotted quad is none.
func (n *names) learn(a netip.Addr, name string) {
	if _, err := netip.ParseAddr(name); err == nil {
		return
	}
	for i := range n.known {
		if n.known[i].addr == a {
			n.known[i].name = name
			return
		}
	}
	n.known[n.next%maxNames].addr, n.known[n.next%maxNames].name = a, name
	n.next++
}

// of returns the name that was looked up last for an address, "" if none was.
func (n *names) of(a netip.Addr) string {
	for i := range n.known {
		if n.known[i].addr == a {
			return n.known[i].name
		}
	}
	return ""
}
