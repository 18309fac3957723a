package ledger

import "github.com/ninatrace/ninatrace/wifinina/wire"

// A Link is what is known of the network. Its zero value is nothing.
type Link struct {
	State  LinkState
	SSID   string      // of the last request to join or to be an access point; withheld: '*', as many as it had bytes
	Status wire.Status // what GET_CONN_STATUS told last; it counts if Told
	Told   bool        // it has since the last request
	Reason wire.Reason // what GET_REASON_CODE has told since, 0: nothing
}

// LinkState is whether there is a network.
type LinkState uint8

// The states of a link.
const (
	LinkUnknown LinkState = iota
	LinkJoining           // asked to join
	LinkUp                // status 3
	LinkFailed            // the join has failed
	LinkDown              // it was left, or lost
	APStarting            // asked to be an access point
	APUp                  // status 7, with a station 8
	APFailed              // refused, or status 9
)

// String returns the name, such as "joining".
func (s LinkState) String() string { return name(linkNames[:], uint8(s)) }

var linkNames = [...]string{"unknown", "joining", "up", "failed", "down", "ap starting", "ap up", "ap failed"}

var linkReaders = map[wire.Command]func(*Ledger){
	wire.SetNet:          (*Ledger).join,
	wire.SetPassphrase:   (*Ledger).join,
	wire.SetKey:          (*Ledger).join,
	wire.SetEnt:          (*Ledger).join,
	wire.SetAPNet:        (*Ledger).startAP,
	wire.SetAPPassphrase: (*Ledger).startAP,
	wire.Disconnect:      (*Ledger).leave,
	wire.GetConnStatus:   (*Ledger).connStatus,
	wire.GetReasonCode:   (*Ledger).reasonCode,
}

// join takes up a request to join. Each is told, also of the same network.
func (l *Ledger) join() {
	l.drop(LinkJoining, false)
	l.setLink(Link{State: LinkJoining, SSID: l.ssid()})
}

func (l *Ledger) startAP() {
	state := APStarting
	if l.answer.says() == no {
		state = APFailed
	}
	l.drop(state, false)
	l.setLink(Link{State: state, SSID: l.ssid()})
}

func (l *Ledger) ssid() string {
	v, _ := l.ask.value("ssid")
	return string(v.Bytes())
}

func (l *Ledger) leave() {
	l.drop(LinkDown, false)
	next := l.link
	next.State = LinkDown
	l.changeLink(next)
}

func (l *Ledger) connStatus() {
	v, ok := l.answer.value("status")
	if !ok {
		return
	}
	next := l.link
	next.Status, next.Told = wire.Status(v.Uint8()), true
	next.State = l.stateOf(next.Status)
	if next.State == LinkUp || next.State == APUp {
		next.Reason = 0
	}
	l.drop(next.State, next.Status == wire.StatusConnectFailed)
	l.changeLink(next)
}

// stateOf returns the state that a status tells (reference §5.1): what is a
// failure while joining is a loss later.
func (l *Ledger) stateOf(s wire.Status) LinkState {
	was := l.link.State
	joining := was == LinkJoining || was == LinkFailed
	switch s {
	case wire.StatusConnected:
		return LinkUp
	case wire.StatusAPListening, wire.StatusAPConnected:
		return APUp
	case wire.StatusAPFailed:
		return APFailed
	case wire.StatusIdle, wire.StatusNoSSIDAvail:
		return l.stillAt(s)
	case wire.StatusNoModule:
		return LinkUnknown
	}
	if joining {
		return LinkFailed
	}
	return LinkDown
}

// stillAt returns the state of a status that is mostly no change: Arduino's
// firmware tells 1 while it joins, Adafruit's from 2.0 on 0, and 1 when there is
// no such network (quirk joining-is-no-ssid).
func (l *Ledger) stillAt(s wire.Status) LinkState {
	was := l.link.State
	newer := l.ex.Family == wire.Adafruit && l.ex.Firmware >= wire.V(2, 0, 0)
	switch {
	case newer && s == wire.StatusNoSSIDAvail && was == LinkJoining:
		return LinkFailed
	case was == LinkUp || was == APUp:
		return LinkDown
	case was == LinkUnknown && s == wire.StatusNoSSIDAvail && !newer:
		return LinkJoining
	}
	return was
}

func (l *Ledger) reasonCode() {
	v, ok := l.answer.value("reason")
	if !ok || l.link.State != LinkFailed && l.link.State != LinkDown {
		return
	}
	next := l.link
	next.Reason = wire.Reason(v.Uint8())
	l.changeLink(next)
}

// drop ends the connections when the network goes away, which the firmware does
// too (reference §4.0, quirk 5); spared says that it does not, for it has told a
// reason that leaves them alone.
func (l *Ledger) drop(next LinkState, spared bool) {
	was := l.link.State
	if spared || was != LinkUp && was != APUp && was != LinkUnknown || next == was || next == LinkUp || next == APUp {
		return
	}
	for _, c := range l.all() {
		if c.stream() && c.Addr.IsValid() {
			l.end(c, LinkLost)
		}
	}
}

// changeLink tells the link if it has changed.
func (l *Ledger) changeLink(next Link) {
	if next != l.link {
		l.setLink(next)
	}
}

// setLink tells the link. One of which nothing was known and nothing is, is not
// told.
func (l *Ledger) setLink(next Link) {
	if l.link == (Link{}) && next == l.link {
		return
	}
	l.link = next
	l.event = Event{Kind: EventLink, Exchange: l.now.Exchange, Time: l.now.Time, Link: next}
	l.tell(&l.event)
}
