package decode

import (
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Polled says what an exchange was as a poll.
type Polled uint8

// The answers.
const (
	NotPolled     Polled = iota // it was no poll, or none that was answered
	PolledFound                 // it found something, or a change
	PolledNothing               // nothing there, or nothing new
)

// Polls tells which polls found nothing. To know what is new it remembers the
// last answer about each slot and descriptor; its size does not grow. The zero
// value is ready for use, by one goroutine at a time.
type Polls struct {
	status  last
	server  [256]last // answers to GET_STATE_TCP
	client  [256]last // answers to GET_CLIENT_STATE_TCP
	ready   [256]last // answers to SOCKET_POLL
	listens [256]bool // slots on which a TCP server was started
	again   Polled
}

// Again says what the exchange that was added last is as a poll when it happens
// again, with the same bytes, see [capture.Repeat].
func (p *Polls) Again() Polled { return p.again }

// last is the last answer there was, plus 1.
type last uint16

// same reports whether an answer is the one before, which it replaces.
func (l *last) same(answer uint8) bool {
	was := *l
	*l = last(answer) + 1
	return was == *l
}

// Add takes up an exchange and says what it was as a poll.
func (p *Polls) Add(ex *Exchange) Polled {
	p.again = NotPolled
	if ex.Status != OK {
		return NotPolled
	}
	kind := wire.PollOf(ex.Cmd)
	if kind == wire.NoPoll {
		p.opened(ex)
		return NotPolled
	}
	if len(ex.Results) == 0 {
		return NotPolled
	}
	nothing, again := p.nothing(kind, ex)
	p.again = asPolled(again)
	return asPolled(nothing)
}

func asPolled(nothing bool) Polled {
	if nothing {
		return PolledNothing
	}
	return PolledFound
}

// nothing reports whether a poll found nothing, and whether it would if it
// happened again. A slot is expected to be established, or to listen, until a
// poll says otherwise.
func (p *Polls) nothing(kind wire.Polling, ex *Exchange) (now, again bool) {
	first, sock := ex.Results[0].Int(), uint8(ex.sock())
	switch kind {
	case wire.PollState:
		return p.unchanged(ex.Cmd, sock, uint8(first)), true
	case wire.PollReady:
		known := p.ready[sock].same(uint8(first))
		quiet := first&^wire.PollWrite == 0
		return quiet && (first == 0 || known), quiet
	case wire.PollCount:
		now = first == 0 || first == wire.NoSlot && p.listens[sock]
	case wire.PollData:
		now = len(ex.Results[len(ex.Results)-1].Bytes()) == 0
	case wire.PollFree:
		now = first == wire.NoFD
	case wire.PollErrno:
		e := wire.Errno(first)
		now = e == wire.EAGAIN || e == wire.EALREADY || e == wire.EINPROGRESS
	}
	return now, now
}

// unchanged reports whether a state is that before.
func (p *Polls) unchanged(c wire.Command, sock, state uint8) bool {
	switch c {
	case wire.GetConnStatus:
		return p.status.same(state)
	case wire.GetStateTCP:
		l := &p.server[sock]
		fresh := *l == 0
		return l.same(state) || fresh && wire.TCPState(state) == wire.StateListen
	}
	l := &p.client[sock]
	fresh := *l == 0
	return l.same(state) || fresh && wire.TCPState(state) == wire.StateEstablished
}

// opened forgets what was known of a slot or descriptor that is new.
func (p *Polls) opened(ex *Exchange) {
	sock := uint8(ex.sock())
	switch ex.Cmd {
	case wire.StartClientTCP, wire.StartServerTCP, wire.StopClientTCP:
		p.server[sock], p.client[sock] = 0, 0
		p.listens[sock] = ex.Cmd == wire.StartServerTCP && serves(ex)
	case wire.SocketClose:
		p.ready[sock] = 0
	}
}

// serves reports whether a START_SERVER_TCP made a TCP listener.
func serves(ex *Exchange) bool {
	n := len(ex.Args)
	return n > 0 && wire.Mode(ex.Args[n-1].Uint8()) == wire.ModeTCP
}
