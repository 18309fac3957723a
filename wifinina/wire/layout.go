package wire

// A layout is a list of parameters as the table writes it: each one its name,
// closed by a byte from 0x80 on that holds the type, a bit for a wide length
// field and a bit for a secret. Rows are strings and nothing else because a
// board keeps strings in flash, while slices of structs would land in RAM.
type layout string

// The bits of the byte that closes a name; the rest of it is the Type.
const (
	codeBit   = 0x80
	wideBit   = 0x40
	secretBit = 0x20
	typeBits  = 0x1F
)

// The closing bytes as constants, to build rows of.
const (
	u8      = "\x81"
	u16be   = "\x82"
	u16le   = "\x83"
	u32le   = "\x84"
	i16le   = "\x85"
	i32le   = "\x86"
	f32le   = "\x87"
	uintle  = "\x89"
	intle   = "\x8A"
	ipv4    = "\x8B"
	mac     = "\x8C"
	text    = "\x8D"
	ctext   = "\x8E"
	blob    = "\x8F"
	filler  = "\x90"
	counted = "\x91"

	wideU8    = "\xC1"
	wideU16BE = "\xC2"
	wideU16LE = "\xC3"
	wideIPv4  = "\xCB"
	wideText  = "\xCD"
	wideBlob  = "\xCF"

	secretText      = "\xAD"
	secretBlob      = "\xAF"
	secretWrapped   = "\xB2"
	wideSecretText  = "\xED"
	wideSecretCText = "\xEE"
)

// anything is the layout of what the table does not know: any number of
// nameless byte strings.
const anything = layout(blob)

// next splits off the first parameter. The layout must not be empty.
func (l layout) next() (Param, layout) {
	i := 0
	for i < len(l)-1 && l[i] < codeBit {
		i++
	}
	code := l[i]
	return Param{
		Name:   string(l[:i]),
		Type:   Type(code & typeBits),
		Wide:   code&wideBit != 0,
		Secret: code&secretBit != 0,
	}, l[i+1:]
}

// len returns the number of parameters.
func (l layout) len() (n int) {
	for i := 0; i < len(l); i++ {
		if l[i] >= codeBit {
			n++
		}
	}
	return n
}

// params returns the layout spelled out.
func (l layout) params() []Param {
	list := make([]Param, 0, l.len())
	for len(l) > 0 {
		var p Param
		p, l = l.next()
		list = append(list, p)
	}
	return list
}

// A form is a Form before it is spelled out.
type form struct {
	sender string
	habit
	params layout
}

// A habit is what a host does to a frame beside its parameters.
type habit struct {
	announce int8
	pad      PadRule
}

// The forms of a row stand one after the other. Each but the first opens with
// also, the sender's name and one of the habits, by its index.
const (
	also = "\x00"

	right     = "\x01" // the right count, the right padding
	onePadToo = "\x02" // one pad too many
	threePads = "\x03" // believes the frame is one byte longer
	skewTwo   = "\x04" // believes the frame is two bytes longer
	noData    = "\x05" // forgets the data
	noDataTwo = "\x06" // forgets the data, and believes the frame is two bytes longer
	unpadded  = "\x07" // does not pad
	says1Pad  = "\x08" // announces one parameter, one pad too many
	says3     = "\x09" // announces three parameters
	habitEnd  = 0x0A
)

var habits = [habitEnd]habit{
	2: {pad: PadRule{Skew: -1}},
	3: {pad: PadRule{Skew: +1}},
	4: {pad: PadRule{Skew: +2}},
	5: {pad: PadRule{LessData: true}},
	6: {pad: PadRule{LessData: true, Skew: +2}},
	7: {pad: PadRule{None: true}},
	8: {announce: 1, pad: PadRule{Skew: -1}},
	9: {announce: 3},
}

// form returns form i of the row; ok is false when the row has fewer.
func (r row) form(i int) (f form, ok bool) {
	s := r.forms
	for n := 0; ; n++ {
		one, rest := cut(s)
		if n == i {
			return parseForm(one, i > 0), true
		}
		if rest == "" {
			return form{}, false
		}
		s = rest[1:]
	}
}

// cut splits the forms of a row before the next also.
func cut(s string) (one, rest string) {
	for i := 0; i < len(s); i++ {
		if s[i] == also[0] {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// parseForm takes a form apart. headed says that it opens with a sender and a
// habit.
func parseForm(s string, headed bool) form {
	if !headed {
		return form{params: layout(s)}
	}
	i := 0
	for i < len(s)-1 && s[i] >= habitEnd {
		i++
	}
	return form{sender: s[:i], habit: habits[s[i]%habitEnd], params: layout(s[i+1:])}
}
