package wire

// values returns how many values the parameters take: all but the fillers.
func (l layout) values() (n int) {
	for len(l) > 0 {
		var p Param
		if p, l = l.next(); p.Type != Filler {
			n++
		}
	}
	return n
}

// measure checks the values against the parameters and returns what the header
// says, and the size of the frame from start byte to end byte. repeat means
// that the last parameter takes all the values that are left.
func measure(l layout, repeat bool, vals []Value) (count, size int, err Error) {
	size = 4
	var announced int64
	for len(l) > 0 && !(repeat && len(vals) == 0) {
		p, rest := l.next()
		if !repeat || rest != "" {
			l = rest
		}
		count++
		size += p.head()
		if p.Type == Filler {
			size++
			continue
		}
		if len(vals) == 0 {
			return 0, 0, ErrCount
		}
		n, fits := p.fit(vals[0], announced)
		if !fits {
			return 0, 0, ErrValue
		}
		if p.Name == lenParam {
			announced = vals[0].num
		}
		size, vals = size+n, vals[1:]
	}
	switch {
	case len(vals) > 0 || count > 0xFF:
		return 0, 0, ErrCount
	case size > MaxFrame:
		return 0, 0, ErrTooLong
	}
	return count, size, 0
}

// lenParam names the parameter that holds the length of a Counted one.
const lenParam = "len"

// head returns the size of the parameter's length field.
func (p Param) head() int {
	if p.Wide {
		return 2
	}
	return 1
}

// fit returns how many bytes the value takes as this parameter, and whether it
// can be one. announced is the length a Counted parameter must have.
func (p Param) fit(v Value, announced int64) (int, bool) {
	if !p.Type.Number() {
		return len(v.buf), v.num == 0 && v.width == 0 && p.fitsLength(len(v.buf), announced)
	}
	w := p.Type.Width()
	if w == 0 {
		w = v.variableWidth()
		if w > 8 || p.Type == UintBE && w > 4 {
			return 0, false
		}
	}
	return w, len(v.buf) == 0 && fitsWidth(v.num, w)
}

func (p Param) fitsLength(n int, announced int64) bool {
	switch {
	case p.Type == MAC:
		return n == MAC.Width()
	case p.Type == Counted:
		return int64(n) == announced
	case p.Type == Wrapped || p.Wide:
		return n <= MaxFrame
	}
	return n <= 0xFF
}

// variableWidth returns the width of a number whose type has none.
func (v Value) variableWidth() int {
	switch {
	case v.width > 0:
		return int(v.width)
	case fitsWidth(v.num, 4):
		return 4
	}
	return 8
}

// fitsWidth reports whether n can be stored in w bytes, signed or not.
func fitsWidth(n int64, w int) bool {
	return w >= 8 || n >= -1<<(8*w-1) && n < 1<<(8*w)
}

// appendParams appends what measure has found to fit.
func appendParams(dst []byte, l layout, repeat bool, vals []Value) []byte {
	for len(l) > 0 && !(repeat && len(vals) == 0) {
		p, rest := l.next()
		if !repeat || rest != "" {
			l = rest
		}
		if p.Type == Filler {
			dst = append(dst, 1, dummyByte)
			continue
		}
		dst = p.append(dst, vals[0])
		vals = vals[1:]
	}
	return dst
}

// append appends length field and value of one parameter.
func (p Param) append(dst []byte, v Value) []byte {
	if p.Type.Number() {
		w := p.Type.Width()
		if w == 0 {
			w = v.variableWidth()
		}
		return appendNumber(p.appendLength(dst, w), v.num, w, p.Type.bigEndian())
	}
	n := len(v.buf)
	if p.Type == Counted {
		n = 0
	}
	return append(p.appendLength(dst, n), v.buf...)
}

func (p Param) appendLength(dst []byte, n int) []byte {
	if p.Wide {
		dst = append(dst, byte(n>>8))
	}
	return append(dst, byte(n))
}

// bigEndian reports whether the first byte of a number is its highest.
func (t Type) bigEndian() bool { return t == U16BE || t == UintBE || t == IPv4 }

func appendNumber(dst []byte, n int64, width int, big bool) []byte {
	for i := 0; i < width; i++ {
		shift := 8 * i
		if big {
			shift = 8 * (width - 1 - i)
		}
		dst = append(dst, byte(n>>shift))
	}
	return dst
}

// countedLen returns the length of the Counted parameter, 0 if there is none.
func countedLen(l layout, vals []Value) int {
	if len(l) > 0 && l[len(l)-1] == counted[0] && len(vals) > 0 {
		return len(vals[len(vals)-1].buf)
	}
	return 0
}
