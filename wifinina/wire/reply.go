package wire

// ParseReply reads what a host clocked in as the reply to req of firmware
// family f. It appends the values to vals, as views of the frame, and returns
// them with what else the frame says. Of a damaged frame the values before the
// fault are appended. written is the length of the data of the request if it
// was WRITE_FILE, whose reply cannot be told apart without it; otherwise 0.
//
// Genuine hosts do not clock everything the coprocessor has armed. Missing
// padding is no fault, nor is what they leave out of replies they do not
// understand (nina-observed "Frame rules" 5, 7-9): an error frame after EF 00,
// the end byte of START_CLIENT_TCP's failure and of EXISTS_FILE, the tail of
// WRITE_FILE's. [Message.Cut] tells. A reply to WRITE_FILE has its count as a
// value only if its end byte is there.
//
// Bytes clocked beyond what the coprocessor has armed mean nothing and are
// not checked.
func ParseReply(vals []Value, frame []byte, req Command, f Family, written int) ([]Value, Message) {
	m := Message{Cmd: req, Family: f, reply: true}
	r := rowOf(req, f)
	switch {
	case idle(frame):
		return vals, m.fail(ErrIdle, 0)
	case frame[0] == errStart:
		return vals, m.errorReply(frame)
	case r.kind == Written:
		return m.written(vals, frame, written)
	case frame[0] != start:
		return vals, m.fail(ErrStart, 0)
	case len(frame) < 3:
		return vals, m.fail(ErrTruncated, len(frame))
	case frame[1] != byte(req)|replyFlag:
		return vals, m.fail(ErrCommand, 1)
	}
	m.Count = frame[2]
	return m.readReply(vals, frame, r)
}

// readReply reads the parameters of a reply and what follows.
func (m Message) readReply(vals []Value, frame []byte, r row) ([]Value, Message) {
	count, ok := r.replyCount(m.Count)
	if !ok {
		return vals, m.fail(ErrCount, 2)
	}
	vals, at, err := r.reply.read(vals, frame, 3, count, r.kind == Repeated)
	if err != 0 {
		return vals, m.fail(err, at)
	}
	if r.kind == Stray {
		if at >= len(frame) {
			return vals, m.fail(ErrTruncated, at)
		}
		at++
	}
	if at == len(frame) && r.endIsOptional(count) {
		m.Size, m.Cut = at, true
		return vals, m
	}
	if m, err = m.close(frame, at); err != 0 {
		return vals, m.fail(err, at)
	}
	return vals, m.checkPad()
}

// replyCount returns how many parameters follow a header that announces n, and
// whether it may announce that. A scan that fails on Adafruit firmware
// announces a negative number and sends none (reference §4.2).
func (r row) replyCount(n uint8) (int, bool) {
	switch {
	case r.kind == Always:
		return 0, false
	case r.kind == Repeated && n >= 0x80:
		return 0, true
	case r.kind == Repeated, r.kind == OrEmpty && n == 0:
		return int(n), true
	}
	want := r.reply.len()
	return want, int(n) == want
}

// endIsOptional reports whether hosts are known to stop before the end byte.
func (r row) endIsOptional(count int) bool {
	return r.kind == Stray || r.kind == OrEmpty && count == 0
}

// errorReply reads EF 00 EE, of which two bytes are enough.
func (m Message) errorReply(frame []byte) Message {
	m.ErrorReply = true
	switch {
	case len(frame) < 2:
		return m.fail(ErrTruncated, len(frame))
	case frame[1] != 0:
		return m.fail(ErrCount, 1)
	case len(frame) == 2:
		m.Size, m.Cut = 2, true
		return m
	}
	m, err := m.close(frame, 2)
	if err != 0 {
		return m.fail(err, 2)
	}
	return m.checkPad()
}

// checkPad checks the 00 that fill a reply up to a multiple of 4.
func (m Message) checkPad() Message {
	armed := alignment(m.Size)
	for i := 0; i < armed && i < len(m.Pad); i++ {
		if m.Pad[i] != 0 {
			return m.fail(ErrPadding, m.Size+i)
		}
	}
	m.Cut = len(m.Pad) < armed
	return m
}

// written reads the reply of WRITE_FILE. A frame that is not what asked bytes
// give may be that of fewer: the file system was full.
func (m Message) written(vals []Value, frame []byte, asked int) ([]Value, Message) {
	at := m.writtenMismatch(frame, asked)
	if at < 0 {
		return m.closeWritten(vals, frame, asked)
	}
	n := 1
	for n < len(frame) && frame[n-1] != end {
		n++
	}
	if n < asked && m.writtenMismatch(frame, n) < 0 {
		return m.closeWritten(vals, frame, n)
	}
	return vals, m.fail(ErrEnd, at)
}

// writtenMismatch returns the first offset at which the frame is not the reply
// to writing n bytes, -1 if there is none.
func (m Message) writtenMismatch(frame []byte, n int) int {
	for i := 0; i < len(frame) && i < n+alignment(n); i++ {
		if frame[i] != writtenByte(m.Cmd, n, i) {
			return i
		}
	}
	return -1
}

func (m Message) closeWritten(vals []Value, frame []byte, n int) ([]Value, Message) {
	if n <= 0 {
		return vals, m.fail(ErrStart, 0)
	}
	m.Size, m.Cut = len(frame), len(frame) < n+alignment(n)
	if len(frame) < n {
		return vals, m
	}
	m.Size, m.Pad = n, frame[n:]
	return append(vals, Int(int64(n))), m
}
