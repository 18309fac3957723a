package wire

// ParseRequest reads the frame of a request to firmware family f, as a host
// clocked it out, padding included. It appends the values of the parameters to
// vals, as views of the frame, and returns them with what else the frame says.
// Of a damaged frame the values before the fault are appended.
//
// Of the forms of the command it chooses the one the frame matches, padding
// included. The content of the padding does not matter, CircuitPython sends
// leftovers there. A frame that matches but for the size of its padding has
// ErrPadding, with all its values.
func ParseRequest(vals []Value, frame []byte, f Family) ([]Value, Message) {
	m := Message{Family: f}
	switch {
	case idle(frame):
		return vals, m.fail(ErrIdle, 0)
	case frame[0] != start:
		return vals, m.fail(ErrStart, 0)
	case len(frame) < 3:
		return vals, m.fail(ErrTruncated, len(frame))
	case frame[1] >= commandCount:
		return vals, m.fail(ErrCommand, 1)
	}
	m.Cmd, m.Count = Command(frame[1]), frame[2]
	return m.chooseForm(vals, frame)
}

// chooseForm reads the frame in each form until one matches, else in the one
// that led furthest.
func (m Message) chooseForm(vals []Value, frame []byte) ([]Value, Message) {
	r := rowOf(m.Cmd, m.Family)
	read, best := vals, Message{At: -1}
	for i := 0; ; i++ {
		f, ok := r.form(i)
		if !ok {
			break
		}
		m.form = uint8(i)
		var got Message
		if read, got = m.readForm(vals, frame, f); got.Err == 0 {
			return read, got
		}
		if got.At > best.At {
			best = got
		}
	}
	f, _ := r.form(int(best.form))
	m.form = best.form
	return m.readForm(vals, frame, f)
}

// readForm reads the frame in one form.
func (m Message) readForm(vals []Value, frame []byte, f form) ([]Value, Message) {
	repeat := f.params == anything
	count := f.params.len()
	if repeat {
		count = int(m.Count)
	}
	if said := f.announced(count); said != int(m.Count) {
		return vals, m.fail(ErrCount, 2)
	}
	base := len(vals)
	vals, at, err := f.params.read(vals, frame, 3, count, repeat)
	if err != 0 {
		return vals, m.fail(err, at)
	}
	if m, err = m.close(frame, at); err != 0 {
		return vals, m.fail(err, at)
	}
	if len(m.Pad) != f.pad.bytes(m.Size, countedLen(f.params, vals[base:])) {
		return vals, m.fail(ErrPadding, m.Size)
	}
	return vals, m
}

// announced returns the parameter count a sender of this form puts in the
// header of a frame of count parameters.
func (f form) announced(count int) int {
	if f.announce > 0 {
		return int(f.announce)
	}
	return count
}

// close takes the end byte at an offset and what follows.
func (m Message) close(frame []byte, at int) (Message, Error) {
	switch {
	case at >= len(frame):
		return m, ErrTruncated
	case frame[at] != end:
		return m, ErrEnd
	}
	m.Size, m.Pad = at+1, frame[at+1:]
	return m, 0
}

// DataLen returns how many bytes the frame of a WRITE_FILE request asks to
// write, which [ParseReply] wants to know, and 0 for every other request. The
// firmware goes by the parameter alone, also when the data are damaged.
func DataLen(frame []byte, f Family) int {
	if len(frame) < 2 || rowOf(Command(frame[1]), f).kind != Written {
		return 0
	}
	var room [8]Value
	vals, m := ParseRequest(room[:0], frame, f)
	for i := range vals {
		if m.Param(i).Name == lenParam {
			return int(min(vals[i].num, MaxFrame))
		}
	}
	return 0
}
