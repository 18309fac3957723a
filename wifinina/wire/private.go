package wire

// Private says what to withhold of a frame; the kinds may be combined. It may be
// used by any goroutine.
type Private uint8

// The kinds of what one may not want to show.
const (
	Secrets Private = 1 << iota // passphrases, keys, certificates
	SSIDs                       // the names of networks: those joined, offered and found
	Payload                     // what sockets and Bluetooth carry, and what files and preferences hold
)

// covers reports whether a parameter is to be withheld.
func (k Private) covers(p Param) bool {
	switch {
	case p.Secret:
		return k&Secrets != 0
	case p.Name == "ssid":
		return k&SSIDs != 0
	case p.Name == "data", p.Name == "value" && p.Type == Blob && p.Wide:
		return k&Payload != 0
	}
	return false
}

// inRequest reports whether requests of this command can hold what is to be
// withheld, in either family.
func (k Private) inRequest(c byte) bool {
	if k&Secrets != 0 && hasSecret(c) {
		return true
	}
	return k&^Secrets != 0 && c < byte(commandCount) &&
		(k.inForms(rowOf(Command(c), Arduino)) || k.inForms(rowOf(Command(c), Adafruit)))
}

func (k Private) inForms(r row) bool {
	for i := 0; ; i++ {
		f, ok := r.form(i)
		if !ok {
			return false
		}
		if k.in(f.params) {
			return true
		}
	}
}

// in reports whether one of the parameters is to be withheld.
func (k Private) in(l layout) bool {
	for len(l) > 0 {
		var p Param
		if p, l = l.next(); k.covers(p) {
			return true
		}
	}
	return false
}

// inReply reports whether replies to this command can hold what is to be
// withheld.
func (k Private) inReply(c byte) bool {
	return c < byte(commandCount) && (k.in(rowOf(Command(c), Arduino).reply) || k.in(rowOf(Command(c), Adafruit).reply))
}

// ReplySpans appends offset and length of what is to be withheld of the frame
// of a reply, whichever family it comes from. req is the frame of the request,
// nil if nobody knows it. Replies hold no secrets.
//
// As in [Private.RequestSpans], it is everything after the header when the
// frame is damaged, and after the first byte when it is not known what was
// asked for.
func (k Private) ReplySpans(spans [][2]int, req, frame []byte) [][2]int {
	if k &= SSIDs | Payload; k == 0 || idle(frame) || frame[0] == errStart {
		return spans
	}
	var asked [2]byte // by the request, and by the reply
	n := 0
	if len(req) > 1 && req[0] == start {
		asked[n] = req[1]
		n++
	}
	if len(frame) > 1 && frame[0] == start {
		asked[n] = frame[1] &^ replyFlag
		n++
	}
	if n == 0 {
		return appendSpan(spans, 1, len(frame))
	}
	if !k.inReply(asked[0]) && !k.inReply(asked[n-1]) {
		return spans
	}
	if asked[0] == asked[n-1] {
		for f := range Family(2) {
			if found, ok := k.appendReply(spans, Command(asked[0]), f, frame); ok {
				return found
			}
		}
	}
	return appendSpan(spans, min(3, len(frame)), len(frame))
}

// appendReply appends the spans by the reading of one family, if the frame can
// be read so. What was clocked beyond the reply may be of an earlier one.
func (k Private) appendReply(spans [][2]int, c Command, f Family, frame []byte) ([][2]int, bool) {
	var room [12]Value
	vals, m := ParseReply(room[:0], frame, c, f, 0)
	if m.Err != 0 {
		return spans, false
	}
	for i := range vals {
		if b := vals[i].Bytes(); k.covers(m.Param(i)) && len(b) > 0 {
			from := cap(frame) - cap(b) // a value is a view of the frame
			spans = appendSpan(spans, from, from+len(b))
		}
	}
	if rest := m.Size + alignment(m.Size); rest < len(frame) && !idle(frame[rest:]) {
		spans = appendSpan(spans, rest, len(frame))
	}
	return spans, true
}
