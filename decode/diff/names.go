package diff

import "github.com/ninatrace/ninatrace/wifinina/wire"

// names gives slots and descriptors names that do not depend on which numbers
// the firmware has: a new one has the smallest that is free. The zero value is
// ready for use.
type names struct {
	of   [256]uint16 // name plus 1
	used [256]bool   // by name
}

// open names a socket anew.
func (n *names) open(sock uint8) uint8 {
	n.close(sock)
	name := 0
	for n.used[name] {
		name++ // at most 255 others have one
	}
	n.used[name] = true
	n.of[sock] = uint16(name) + 1
	return uint8(name)
}

// close frees the name of a socket.
func (n *names) close(sock uint8) {
	if n.of[sock] != 0 {
		n.used[n.of[sock]-1] = false
		n.of[sock] = 0
	}
}

// name returns the name of a socket, which it gets now if it has none.
func (n *names) name(sock uint8) uint8 {
	if n.of[sock] == 0 {
		return n.open(sock)
	}
	return uint8(n.of[sock] - 1)
}

// opens reports whether a reply gives out a socket, and which.
func opens(c wire.Command, first int64) (sock uint8, ok bool) {
	switch c {
	case wire.GetSocket, wire.SocketSocket, wire.SocketAccept:
		return uint8(first), first != wire.NoSlot // NoFD is the same
	}
	return 0, false
}

// closes reports whether a command gives its socket back.
func closes(c wire.Command) bool { return c == wire.StopClientTCP || c == wire.SocketClose }

// told remembers the addresses that replies told last.
type told struct {
	list [16]int64
	n    int
}

func (t *told) add(ip int64) {
	if ip != 0 && !t.has(ip) {
		t.list[t.n%len(t.list)] = ip
		t.n++
	}
}

func (t *told) has(ip int64) bool {
	for _, known := range t.list[:min(t.n, len(t.list))] {
		if known == ip {
			return true
		}
	}
	return false
}
