package wire

// FirstRead returns how many bytes of a reply to clock before looking at it:
// the whole frame from start byte to end byte where its size is fixed, else as
// much as it takes to learn more. A shorter reply, such as the error frame, is
// then followed by idle bytes, which harms nothing (nina-observed
// "Handshake").
func FirstRead(c Command, f Family) int {
	r := rowOf(c, f)
	switch {
	case r.kind == Always:
		return 3
	case r.kind == Written || r.kind == Repeated:
		return 4
	}
	return r.reply.need(nil, r.reply.len(), r.kind)
}

// ReplySize tells from the bytes clocked so far how many a reply has through
// its end byte, as far as they say it. need is never less than len(got); done
// means that clocking more would bring nothing: the frame is complete, or not
// one at all. need is at most [MaxFrame].
//
// Nothing in a reply to WRITE_FILE tells its size: it is done after 4 bytes.
func ReplySize(got []byte, c Command, f Family) (need int, done bool) {
	need = max(min(rowOf(c, f).sizeOf(got, c, FirstRead(c, f)), MaxFrame), len(got))
	return need, len(got) >= need
}

// sizeOf returns what ReplySize does, unbounded; first is what FirstRead says.
func (r row) sizeOf(got []byte, c Command, first int) int {
	switch {
	case len(got) == 0 || r.kind == Written:
		return first
	case got[0] == errStart:
		return 3
	case got[0] != start:
		return len(got)
	case len(got) < 3:
		return max(first, 4)
	case got[1] != byte(c)|replyFlag:
		return len(got)
	}
	count, ok := r.replyCount(got[2])
	if !ok {
		return len(got)
	}
	return r.reply.need(got, count, r.kind)
}

// need returns the size of a frame of count parameters, or, when got does not
// say how long one is, how many bytes it takes to know.
func (l layout) need(got []byte, count int, kind ReplyKind) int {
	pos := 3
	for ; count > 0 && len(l) > 0; count-- {
		p, rest := l.next()
		if kind != Repeated || rest != "" {
			l = rest
		}
		pos += p.head()
		switch {
		case pos <= len(got):
			pos += p.length(got[:pos])
		case p.Type.Width() > 0:
			pos += p.Type.Width()
		default:
			return pos
		}
	}
	if kind == Stray {
		pos++
	}
	return pos + 1
}

// length reads the length field that ends b.
func (p Param) length(b []byte) int {
	n := int(b[len(b)-1])
	if p.Wide {
		n |= int(b[len(b)-2]) << 8
	}
	return n
}
