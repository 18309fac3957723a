package capture

// again counts how often the last exchange happened again.
type again struct {
	on     bool // an exchange was written and nothing since
	pair   uint8
	call   uint32
	before uint64 // time of the last record that is written
	n      uint64
	first  uint64 // when the first repeat was over
	last   uint64 // when the last was
}

// maxRepeat is the longest record of repeats.
const maxRepeat = 1 + 2 + 3*maxVarint

// repeats counts an exchange that is over at t.end, if it is the last again.
func (f *framer) repeats(pair uint8, t *timing) bool {
	a := &f.again
	if !a.on || a.pair != pair || a.call != t.call {
		return false
	}
	if a.n == 0 {
		a.first = t.end
	}
	a.n++
	a.last, f.last = t.end, t.end
	return true
}

// tellAgain writes what was counted, of which the open frame has room. A window
// that is held comes after it.
func (f *framer) tellAgain() {
	a := &f.again
	a.on = false
	if a.n == 0 {
		return
	}
	last := f.last
	f.last = a.before
	f.put(tagRepeat)
	mark := f.end
	f.end += 2
	f.since(a.last)
	f.uvarint(a.n)
	f.uvarint(a.last - a.first)
	f.close(mark)
	a.n, f.last = 0, last
}

// repeated writes a record of repeats.
func (f *framer) repeated(at, n, span uint64) {
	if mark, ok := f.open(tagRepeat, 2*maxVarint, at); ok {
		f.uvarint(n)
		f.uvarint(span)
		f.close(mark)
	}
}
