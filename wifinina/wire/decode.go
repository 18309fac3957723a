package wire

// read reads count parameters at pos of a frame and appends their values. It
// returns the position of the end byte, or where the fault is. repeat means
// that the last parameter of the layout describes all that are left.
func (l layout) read(vals []Value, frame []byte, pos, count int, repeat bool) ([]Value, int, Error) {
	var announced int64
	for ; count > 0 && len(l) > 0; count-- {
		p, rest := l.next()
		if !repeat || rest != "" {
			l = rest
		}
		from, to, err := p.span(frame, pos, announced)
		if err != 0 {
			return vals, from, err
		}
		pos = to
		if p.Type == Filler {
			continue
		}
		v := p.Type.value(frame[from:to])
		if p.Name == lenParam {
			announced = v.num
		}
		vals = append(vals, v)
	}
	return vals, pos, 0
}

// span returns where the bytes of the parameter at pos are. With an error,
// from is the offset of the fault. announced is the length of a Counted
// parameter.
func (p Param) span(frame []byte, pos int, announced int64) (from, to int, err Error) {
	from = pos + p.head()
	if from > len(frame) {
		return len(frame), 0, ErrTruncated
	}
	n := int(frame[from-1])
	if p.Wide {
		n |= int(frame[pos]) << 8
	}
	switch p.Type {
	case Wrapped:
		return wrappedSpan(frame, from, n)
	case Counted:
		if n != 0 || announced < 0 || announced > MaxFrame {
			return pos, 0, ErrLength
		}
		n = int(announced)
	default:
		if !p.Type.allows(n) {
			return pos, 0, ErrLength
		}
	}
	if n > len(frame)-from {
		return len(frame), 0, ErrTruncated
	}
	return from, from + n, 0
}

// wrappedSpan finds the end of a parameter of which only the low 8 bits of the
// length are known: the end byte behind it has at most 3 pads after it.
func wrappedSpan(frame []byte, from, low int) (int, int, Error) {
	for to := len(frame) - 1; to >= from && to >= len(frame)-4; to-- {
		if frame[to] == end && (to-from)&0xFF == low {
			return from, to, 0
		}
	}
	return from - 1, 0, ErrLength
}

// allows reports whether a parameter of this type can have n bytes.
func (t Type) allows(n int) bool {
	if w := t.Width(); w > 0 {
		return n == w
	}
	switch t {
	case UintBE:
		return n >= 1 && n <= 4
	case UintLE, IntLE:
		return n >= 1 && n <= 8
	}
	return true
}

// value reads the bytes of a parameter.
func (t Type) value(b []byte) Value {
	if !t.Number() {
		return Value{buf: b}
	}
	var n uint64
	for i := range b {
		c := b[i]
		if !t.bigEndian() {
			c = b[len(b)-1-i]
		}
		n = n<<8 | uint64(c)
	}
	if t.signed() {
		unused := 64 - 8*len(b)
		return Value{num: int64(n<<unused) >> unused, width: uint8(len(b))}
	}
	return Value{num: int64(n), width: uint8(len(b))}
}

func (t Type) signed() bool { return t == I16LE || t == I32LE || t == IntLE }
