package wire

// secretCommands has a bit for each command with a secret parameter, in either
// family. It is a test's business that this agrees with the table.
var secretCommands = [commandCount / 32]uint32{
	SetPassphrase >> 5: 1<<(SetPassphrase&31) | 1<<(SetKey&31) | 1<<(SetAPPassphrase&31),
	SetEnt >> 5: 1<<(SetEnt&31) | 1<<(SetPK&31) | 1<<(SetEntPasswd&31) |
		1<<(SetEntCACert&31) | 1<<(SetEntCertKey&31),
}

// hasSecret reports whether requests of this command can hold a secret.
func hasSecret(c byte) bool {
	return c < byte(commandCount) && secretCommands[c>>5]&(1<<(c&31)) != 0
}

// SecretSpans is [Private.RequestSpans] of Secrets.
func SecretSpans(spans [][2]int, frame []byte) [][2]int { return Secrets.RequestSpans(spans, frame) }

// RequestSpans appends offset and length of the bytes of each parameter to be
// withheld in the frame of a request, whichever family and host it comes from.
// Empty ones have no span. For Secrets alone, a command without secrets costs a
// look at a table.
//
// When it cannot tell where they are in a damaged frame, the span is
// everything after the header. Without a start byte, the command is looked for
// in the first byte too.
func (k Private) RequestSpans(spans [][2]int, frame []byte) [][2]int {
	if len(frame) < 2 || !k.inRequest(frame[1]) && (frame[0] == start || !k.inRequest(frame[0])) {
		return spans
	}
	parsed := false
	if frame[0] == start {
		one, other := rowOf(Command(frame[1]), Arduino), rowOf(Command(frame[1]), Adafruit)
		spans, parsed = k.appendSpans(spans, frame, one, false)
		if other != one {
			spans, parsed = k.appendSpans(spans, frame, other, parsed)
		}
	}
	if !parsed {
		spans = appendSpan(spans, min(3, len(frame)), len(frame))
	}
	return spans
}

// appendSpans appends what to withhold by one reading of the command, if a
// form of it fits the frame. parsed says whether another reading has.
func (k Private) appendSpans(spans [][2]int, frame []byte, r row, parsed bool) ([][2]int, bool) {
	for i := 0; ; i++ {
		f, ok := r.form(i)
		if !ok {
			return spans, parsed
		}
		if f.fits(frame) {
			spans, _, _ = f.walk(spans, frame, k)
			return spans, true
		}
	}
}

// maxPads is the most padding bytes any sender's rule gives.
const maxPads = 3

// fits reports whether the frame is one of this form, padded somehow.
func (f form) fits(frame []byte) bool {
	if len(frame) < 3 || f.announced(f.params.len()) != int(frame[2]) {
		return false
	}
	_, pos, ok := f.walk(nil, frame, 0)
	return ok && pos < len(frame) && frame[pos] == end && len(frame)-pos-1 <= maxPads
}

// walk goes through the parameters of a frame up to the end byte, whose
// position it returns, and appends the spans of what to withhold.
func (f form) walk(spans [][2]int, frame []byte, k Private) ([][2]int, int, bool) {
	pos, announced := 3, int64(0)
	for l := f.params; len(l) > 0; {
		var p Param
		p, l = l.next()
		from, to, err := p.span(frame, pos, announced)
		if err != 0 {
			return spans, pos, false
		}
		if p.Name == lenParam {
			announced = p.Type.value(frame[from:to]).num
		}
		if k.covers(p) {
			spans = appendSpan(spans, from, to)
		}
		pos = to
	}
	return spans, pos, true
}

func appendSpan(spans [][2]int, from, to int) [][2]int {
	if to > from {
		spans = append(spans, [2]int{from, to - from})
	}
	return spans
}
