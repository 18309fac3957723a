package wire

// A Message is what a parsed frame says beside its values. It is a view of the
// frame.
type Message struct {
	Cmd    Command // of the request, also in a reply; 0 when the header is damaged
	Family Family  // whose table it was read by
	Count  uint8   // the number of parameters the header announces
	Size   int     // bytes from the start byte through the end byte, as far as they are there
	Pad    []byte  // what follows the end byte

	ErrorReply bool // the reply EF 00 EE: unknown command, or what the command always answers
	Cut        bool // the host stopped clocking early: bytes of an armed reply are missing

	Err Error // what is wrong, 0 when the frame is in order
	At  int   // the offset of the byte that is wrong

	reply bool
	form  uint8
}

// Check returns Err as an error, and nil when the frame is in order.
func (m Message) Check() error { return m.Err.Err() }

// Spec returns the description of the command, nil for one that has none. It
// is not meant for boards, see [Lookup].
func (m Message) Spec() *Spec { return Lookup(m.Cmd, m.Family) }

// Form returns the form the request was sent in, the likeliest one if it is
// damaged; nil for a reply and for a command without a description. It is not
// meant for boards.
func (m Message) Form() *Form {
	s := m.Spec()
	if s == nil || m.reply || int(m.form) >= len(s.Forms) {
		return nil
	}
	return &s.Forms[m.form]
}

// Param returns the description of value i of those parsed: dummy parameters,
// which have no value, are skipped, and a repeated parameter describes all its
// values. Of an unknown command every value is a nameless Blob.
func (m Message) Param(i int) Param {
	r := rowOf(m.Cmd, m.Family)
	l := r.reply
	if !m.reply {
		f, _ := r.form(int(m.form))
		l = f.params
	}
	last := Param{Type: Blob}
	for len(l) > 0 && i >= 0 {
		if last, l = l.next(); last.Type != Filler {
			i--
		}
	}
	return last
}

// fail returns the message with a fault at an offset.
func (m Message) fail(err Error, at int) Message {
	m.Err, m.At = err, at
	return m
}

// idle reports whether a transfer carries nothing: no bytes, all 00 or all FF.
func idle(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	for _, c := range b {
		if c != b[0] {
			return false
		}
	}
	return b[0] == 0x00 || b[0] == 0xFF
}
