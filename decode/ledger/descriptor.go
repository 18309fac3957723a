package ledger

import "github.com/ninatrace/ninatrace/wifinina/wire"

var descriptorReaders = map[wire.Command]func(*Ledger){
	wire.SocketSocket:      (*Ledger).socket,
	wire.SocketClose:       (*Ledger).closeSocket,
	wire.SocketBind:        (*Ledger).bind,
	wire.SocketListen:      (*Ledger).listen,
	wire.SocketAccept:      (*Ledger).accept,
	wire.SocketConnect:     (*Ledger).connect,
	wire.SocketGetPeerName: (*Ledger).peerName,
	wire.SocketErrno:       (*Ledger).errno,
	wire.SocketGetSockOpt:  (*Ledger).sockOpt,
	wire.SocketIoctl:       (*Ledger).ioctl,
	wire.SocketPoll:        (*Ledger).poll,
	wire.SocketSetSockOpt:  (*Ledger).poll,
	wire.SocketSend:        (*Ledger).send,
	wire.SocketSendTo:      (*Ledger).sendTo,
	wire.SocketRecv:        (*Ledger).recv,
	wire.SocketRecvFrom:    (*Ledger).recvFrom,
}

// A failure is a BSD-style command that has failed, or read nothing: why, only
// SOCKET_ERRNO can tell.
type failure struct {
	c       *conversation
	reading bool
}

// descriptor returns the conversation of the descriptor that is asked about,
// nil if none is known. The errno is of this command from now on.
func (l *Ledger) descriptor() *conversation {
	l.asked = failure{}
	fd, ok := l.ask.sock()
	if !ok {
		return nil
	}
	return l.open[Descriptor][fd]
}

// proven returns the conversation of the descriptor that is asked about, which
// the reply proves to be there.
func (l *Ledger) proven(k Kind) *conversation {
	l.asked = failure{}
	fd, _ := l.ask.sock()
	return l.found(Descriptor, fd, k)
}

func (l *Ledger) socket() {
	l.asked = failure{}
	fd, ok := l.answer.value("fd")
	if !ok || fd.Int() == wire.NoFD {
		return
	}
	k := Raw
	switch l.ask.number("type") {
	case wire.SockStream:
		k = TCP
	case wire.SockDgram:
		k = UDP
	}
	l.seat(l.start(Descriptor, fd.Uint8(), k))
}

// closeSocket frees a descriptor, also where no reply tells. If it cannot be
// closed, it was closed before.
func (l *Ledger) closeSocket() {
	switch c := l.descriptor(); {
	case c == nil:
	case l.answer.says() == no:
		l.close(c, Unseen)
	default:
		l.close(c, ByHost)
	}
}

func (l *Ledger) bind() {
	if c := l.descriptor(); c != nil && l.answer.says() == yes {
		c.Local = uint16(l.ask.number("port"))
	}
}

func (l *Ledger) listen() {
	if c := l.descriptor(); c != nil && l.answer.says() == yes {
		c.Kind = Listener
	}
}

func (l *Ledger) accept() {
	fd, ok := l.answer.value("fd")
	if _, known := l.ask.sock(); !known || !ok || fd.Int() == wire.NoFD {
		l.asked = failure{}
		return
	}
	listener := l.proven(Listener)
	c := l.start(Descriptor, fd.Uint8(), Accepted)
	c.Listener, c.Local = listener.ID, listener.Local
	if peer := l.answer.peer(); peer.IsValid() {
		c.meet(peer)
	}
	l.seat(c)
}

// connect begins a connection. What is non-blocking has failed only if
// SOCKET_ERRNO says so.
func (l *Ledger) connect() {
	c := l.descriptor()
	if c == nil {
		return
	}
	if to := l.ask.peer(); to.IsValid() {
		c.meet(to)
		c.Host = l.names.of(to.Addr())
	}
	if !c.stream() || l.answer.says() != no {
		return
	}
	c.connecting = true
	l.asked = failure{c: c}
	if c.Opening == Seen && !c.nonblocking {
		l.end(c, Failed)
	}
}

func (l *Ledger) peerName() {
	peer := l.answer.peer()
	if c := l.descriptor(); c != nil && !c.Addr.IsValid() && peer.IsValid() && l.answer.says() == yes {
		c.meet(peer)
	}
}

// errno takes up why the command before has failed.
func (l *Ledger) errno() {
	f := l.asked
	l.asked = failure{}
	v, ok := l.answer.value("errno")
	if f.c == nil || !ok {
		return
	}
	l.failed(f.c, wire.Errno(v.Uint8()), f.reading)
}

// failed takes up an errno of a stream. Nothing read and no error, or none that
// is connected, is the end of the stream (quirk end-is-enotconn).
func (l *Ledger) failed(c *conversation, errno wire.Errno, reading bool) {
	switch errno {
	case wire.EAGAIN, wire.EINPROGRESS, wire.EALREADY, wire.EISCONN:
		return
	}
	switch {
	case c.connecting && errno != wire.EOK:
		l.end(c, Failed)
	case errno == wire.ENOTCONN, errno == wire.EOK && reading:
		l.end(c, ByPeer)
	case errno == wire.ECONNRESET:
		l.end(c, PeerReset)
	case errno == wire.ECONNABORTED:
		l.end(c, LinkLost)
	}
}

// sockOpt takes up SO_ERROR, which tells how a connect went.
func (l *Ledger) sockOpt() {
	c := l.descriptor()
	v, ok := l.answer.value("value")
	if c == nil || !ok || l.ask.number("optname") != wire.SOError || len(v.Bytes()) == 0 {
		return
	}
	l.failed(c, wire.Errno(v.Bytes()[0]), false)
	c.connecting = c.connecting && v.Bytes()[0] != 0
}

func (l *Ledger) ioctl() {
	c := l.descriptor()
	arg, ok := l.ask.value("arg")
	if c != nil && ok && uint32(l.ask.number("cmd")) == wire.FIONBIO && len(arg.Bytes()) > 0 {
		c.nonblocking = arg.Bytes()[0] != 0
	}
}

// poll takes up that errno is of another command from now on.
func (l *Ledger) poll() { l.descriptor() }
