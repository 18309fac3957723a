package ledger

// sendData takes up SEND_DATA_TCP, of which the firmware takes what the reply
// says. A listening slot sends to its clients, and the reply is the sum.
func (l *Ledger) sendData() {
	sock, known := l.ask.sock()
	count, ok := l.answer.value("count")
	switch {
	case !known:
	case !ok:
		l.gap(l.open[Slot][sock])
	case count.Int() > 0:
		l.sent(l.found(Slot, sock, Unknown), int(count.Int()))
	}
}

// sent takes up that n bytes of the request went.
func (l *Ledger) sent(c *conversation, n int) {
	p, ok := l.ask.data()
	if !ok {
		l.gap(c)
		return
	}
	d := Data{From: Host, Broadcast: c.Kind == Listener}
	if d.Broadcast && n > p.len {
		c.Sent += int64(n - p.len)
		n = p.len
	}
	p = p.first(n)
	d.Bytes, d.Len, d.Withheld = p.bytes, p.len, p.withheld
	l.data(c, d)
}

func (l *Ledger) getDatabuf() {
	sock, known := l.ask.sock()
	p, ok := l.answer.data()
	switch {
	case !known:
	case !ok:
		l.gap(l.open[Slot][sock])
	case p.len > 0:
		l.received(l.found(Slot, sock, Unknown), p)
	}
}

// getData takes up a single byte. FF is also the answer when there is nothing,
// and so it counts only where AVAIL_DATA_TCP has told that there is something.
func (l *Ledger) getData() {
	_, c := l.slot()
	if c == nil || l.peeks() {
		return
	}
	p, ok := l.answer.data()
	switch {
	case !ok || p.withheld && c.avail == 0 && c.left == 0:
		l.gap(c)
	case c.avail == 0 && c.left == 0 && len(p.bytes) > 0 && p.bytes[0] == 0xFF:
	case p.len == 1:
		l.received(c, p)
	}
}

// peeks reports whether GET_DATA_TCP leaves the byte. The firmware looks at
// one byte, of WiFiNINA's parameter the high one (reference §4.3).
func (l *Ledger) peeks() bool {
	v, _ := l.ask.value("peek")
	if v.Width() == 2 {
		return v.Int()>>8 != 0
	}
	return v.Int() != 0
}

// received takes up what was read from a slot.
func (l *Ledger) received(c *conversation, p piece) {
	if c.datagrams() {
		l.datagramPart(c, p)
		return
	}
	c.avail = max(c.avail-p.len, 0)
	l.data(c, Data{From: Peer, Bytes: p.bytes, Len: p.len, Withheld: p.withheld})
}
