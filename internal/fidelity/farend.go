package fidelity

import (
	"crypto/tls"
	"net/netip"
	"syscall"
)

// A farEnd is who is at the other end of a socket of the module: a server, a
// client, or whoever sends it datagrams. Inference fills in what it will do,
// and the player lets it do that.
type farEnd struct {
	secure   bool
	accepted bool           // it has called the module, from remote
	remote   netip.AddrPort // invalid: nobody ever asked
	gate     chan struct{}  // a connect that goes on after its command ends when this is closed; nil: at once

	data []byte // all it sends
	read int    // how much of it the host has read
	have int    // how much of it has been sent
	over bool   // it has closed the connection

	current *datagram      // arrived last
	left    int            // how much of it the host has not read
	dest    netip.AddrPort // where the module sent last
	shown   netip.AddrPort // what GET_REMOTE_DATA tells
	known   bool           // that is settled: it has been asked for, or set by the host
	mail    []*datagram    // of a BSD-style socket, that have arrived and are not read
	caller  *farEnd        // of one that listens: who has called and is not accepted

	page []byte // what it answers an HTTP request with; nil: it is no such server

	// What it is at play.
	peer     *conn
	tls      *tls.Conn
	ready    bool // the handshake is done
	sent     int
	listener listener
	packets  packetConn
}

// meet gives the far end its side of a connection. It is called with the
// network's lock held.
func (f *farEnd) meet(n *network, peer *conn, kind service) {
	f.peer = peer
	if kind == secure {
		f.tls = tls.Server(peer, n.tls)
	}
	switch {
	case f.page != nil && f.tls != nil:
		n.tasks.Go(func() { f.respond(f.tls) })
	case f.page != nil:
		n.tasks.Go(func() { f.respond(peer) })
	case f.tls != nil:
		n.tasks.Go(f.shakeHands)
	}
}

// shakeHands begins TLS, or hangs up.
func (f *farEnd) shakeHands() {
	if f.tls.Handshake() != nil {
		f.peer.Close()
		return
	}
	f.ready = true
}

// send sends the next n bytes.
func (f *farEnd) send(n int) {
	p := f.data[f.sent:min(f.sent+n, len(f.data))]
	f.sent += len(p)
	switch {
	case f.peer == nil:
	case f.tls == nil:
		f.peer.Write(p)
	case f.ready:
		f.tls.Write(p)
	}
}

// finish closes the connection.
func (f *farEnd) finish() {
	switch {
	case f.peer == nil:
	case f.ready:
		f.tls.Close()
	default:
		f.peer.finish()
	}
}

// abort resets the connection.
func (f *farEnd) abort() {
	if f.peer != nil {
		f.peer.abort(syscall.ECONNRESET)
	}
}

// call connects to a port of the module.
func (f *farEnd) call(n *network, l listener) {
	if l.port == nil {
		return
	}
	module, peer := n.pipe(f.remote)
	f.peer = peer
	l.put(module)
}

// post sends the module a datagram.
func (f *farEnd) post(d *datagram) {
	if f.packets.port != nil {
		f.packets.put(d)
	}
}
