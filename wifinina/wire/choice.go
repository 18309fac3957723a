package wire

// A Choice says what of the traffic goes into a trace, beside the secrets,
// which never do. Its methods Spans and Extent are what a recorder asks for:
// capture.Masker and capture.Filter. The zero value chooses everything. It must
// not change while a recorder uses it.
type Choice struct {
	// HideSSID withholds the names of networks: in requests by masks, and of
	// replies what follows the header.
	HideSSID bool
	// Payload is how many bytes to keep of the data in a request or a reply:
	// that of sockets, datagrams and files. Zero keeps it all, less than zero
	// none. What follows in the frame is left out with the rest.
	Payload int
	// Commands are those to record. Nil: all.
	Commands []Command
	// Sockets are the slots or descriptors to record. Commands that name none
	// are recorded in any case. Nil: all.
	Sockets []uint8
}

// whole is the extent of a window of which all is kept.
const whole = 1 << 16

// Spans appends what the Choice withholds of requests by masks.
func (c *Choice) Spans(spans [][2]int, frame []byte) [][2]int {
	if c.HideSSID {
		return (Secrets | SSIDs).RequestSpans(spans, frame)
	}
	return SecretSpans(spans, frame)
}

// Extent returns how many bytes to keep of a request, whose frame is given, and
// of its reply: none of a command that is not to be recorded.
func (c *Choice) Extent(frame []byte) (request, reply int) {
	if len(frame) < 3 || frame[0] != start {
		return whole, whole
	}
	cmd := Command(frame[1])
	if !c.wants(cmd) {
		return 0, 0
	}
	request, reply = whole, whole
	for _, f := range [2]Family{Arduino, Adafruit} {
		r := rowOf(cmd, f)
		if pos, p, ok := find(frame, r, isSocket); ok && !c.wantsSocket(frame, pos+p.head()) {
			return 0, 0
		}
		if pos, p, ok := find(frame, r, Payload.covers); ok {
			request = min(request, c.limit(pos+p.head()))
		}
		reply = min(reply, c.extentOfReply(r))
	}
	return request, reply
}

func (c *Choice) wants(cmd Command) bool {
	for _, one := range c.Commands {
		if one == cmd {
			return true
		}
	}
	return c.Commands == nil
}

// wantsSocket reports whether the socket is wanted whose number is at a
// position of the frame.
func (c *Choice) wantsSocket(frame []byte, at int) bool {
	if at >= len(frame) {
		return true
	}
	for _, one := range c.Sockets {
		if one == frame[at] {
			return true
		}
	}
	return c.Sockets == nil
}

// limit returns how much to keep where data begins at a position.
func (c *Choice) limit(at int) int {
	if c.Payload == 0 {
		return whole
	}
	return at + max(c.Payload, 0)
}

// extentOfReply returns how much to keep of a reply.
func (c *Choice) extentOfReply(r row) int {
	at := 3
	for l := r.reply; len(l) > 0; {
		var p Param
		p, l = l.next()
		switch {
		case Payload.covers(p):
			return c.limit(at + p.head())
		case c.HideSSID && SSIDs.covers(p):
			return at
		}
		at += p.head() + p.Type.Width()
	}
	return whole
}

func isSocket(p Param) bool { return p.Name == "sock" }

// find returns where in the frame of a request the first parameter of a kind
// begins, with its length field. It goes by the first form that announces as
// many parameters as the frame, or else by the first of all that has one.
func find(frame []byte, r row, is func(Param) bool) (at int, p Param, ok bool) {
	for _, exact := range [2]bool{true, false} {
		for i := 0; ; i++ {
			f, more := r.form(i)
			if !more {
				break
			}
			if exact && f.announced(f.params.len()) != int(frame[2]) {
				continue
			}
			if at, p, ok = f.find(frame, is); ok {
				return at, p, true
			}
		}
	}
	return 0, Param{}, false
}

// find is find for one form. In a damaged frame the parameter may begin where
// the frame ends.
func (f form) find(frame []byte, is func(Param) bool) (at int, p Param, ok bool) {
	at = 3
	for l := f.params; len(l) > 0; {
		p, l = l.next()
		if is(p) {
			return min(at, len(frame)), p, true
		}
		if _, to, err := p.span(frame, at, 0); err == 0 {
			at = to
		}
	}
	return 0, Param{}, false
}
