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

// SecretSpans appends offset and length of the bytes of each secret parameter
// in the frame of a request, whichever family and host it comes from. Empty
// secrets have no span. For a command without secrets it costs a look at a
// table.
//
// When it cannot tell where the secrets of a damaged frame are, the span is
// everything after the header. Without a start byte, the command is looked for
// in the first byte too.
func SecretSpans(spans [][2]int, frame []byte) [][2]int {
	if len(frame) < 2 || !hasSecret(frame[1]) && (frame[0] == start || !hasSecret(frame[0])) {
		return spans
	}
	parsed := false
	if frame[0] == start {
		one, other := rowOf(Command(frame[1]), Arduino), rowOf(Command(frame[1]), Adafruit)
		spans, parsed = appendSpans(spans, frame, one, false)
		if other != one {
			spans, parsed = appendSpans(spans, frame, other, parsed)
		}
	}
	if !parsed {
		spans = appendSpan(spans, min(3, len(frame)), len(frame))
	}
	return spans
}

// appendSpans appends the secrets by one reading of the command, if a form of
// it fits the frame. parsed says whether another reading has.
func appendSpans(spans [][2]int, frame []byte, r row, parsed bool) ([][2]int, bool) {
	for i := 0; ; i++ {
		f, ok := r.form(i)
		if !ok {
			return spans, parsed
		}
		if f.fits(frame) {
			return f.appendSecrets(spans, frame), true
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
	pos := 3
	for l := f.params; len(l) > 0; {
		var p Param
		p, l = l.next()
		_, to, err := p.span(frame, pos, 0)
		if err != 0 {
			return false
		}
		pos = to
	}
	return pos < len(frame) && frame[pos] == end && len(frame)-pos-1 <= maxPads
}

// appendSecrets appends the secrets of a frame that fits.
func (f form) appendSecrets(spans [][2]int, frame []byte) [][2]int {
	pos := 3
	for l := f.params; len(l) > 0; {
		var p Param
		p, l = l.next()
		from, to, _ := p.span(frame, pos, 0)
		if p.Secret {
			spans = appendSpan(spans, from, to)
		}
		pos = to
	}
	return spans
}

func appendSpan(spans [][2]int, from, to int) [][2]int {
	if to > from {
		spans = append(spans, [2]int{from, to - from})
	}
	return spans
}
