package wire

// Short names of the bytes of a frame, and what pads a request.
const (
	start     = StartByte
	end       = EndByte
	errStart  = ErrorByte
	replyFlag = ReplyBit
	dummyByte = 0xFF
)

// AppendRequest is [AppendRequestTo] for Arduino firmware, and for the commands
// the two families have alike.
func AppendRequest(dst []byte, c Command, vals ...Value) []byte {
	return AppendRequestTo(dst, Arduino, c, vals...)
}

// AppendRequestTo appends the frame of a request to firmware family f, padding
// included, and returns the extended slice. Of the right forms of the command
// it takes the first that has a place for every value: START_CLIENT_TCP goes
// by address with ip, port, sock, mode and by name with host, ip, port, sock,
// mode. Dummy parameters take no value. A command without a row sends its
// values as byte strings.
//
// If the values are not as many as a form asks for, or one does not fit its
// parameter, or the frame exceeds [MaxFrame], nothing is appended: the result
// has the length of dst. [CheckRequestTo] tells why.
//
// Nothing is allocated beyond what append needs; values are not kept.
func AppendRequestTo(dst []byte, to Family, c Command, vals ...Value) []byte {
	f, err := formFor(to, c, vals)
	if err != 0 {
		return dst
	}
	return appendRequest(dst, c, f, vals)
}

// AppendForm is AppendRequestTo in one given form of [Lookup], with that
// sender's count and padding.
func AppendForm(dst []byte, c Command, f *Form, vals ...Value) []byte {
	if f == nil {
		return dst
	}
	return appendRequest(dst, c, form{habit: habit{f.Announce, f.Pad}, params: f.layout}, vals)
}

// CheckRequest is [CheckRequestTo] for Arduino firmware.
func CheckRequest(c Command, vals ...Value) Error { return CheckRequestTo(Arduino, c, vals...) }

// CheckRequestTo returns why AppendRequestTo would append nothing, 0 if it
// would not.
func CheckRequestTo(to Family, c Command, vals ...Value) Error {
	f, err := formFor(to, c, vals)
	if err != 0 {
		return err
	}
	_, _, err = measure(f.params, f.params == anything, vals)
	return err
}

// AppendReply appends the frame of a reply of firmware family f as the
// coprocessor arms it, padded with 00 to a multiple of 4 bytes.
//
// A command that always answers with the error frame ([Always]) gets it, as
// does one without a row. START_CLIENT_TCP without a value is its failure.
// WRITE_FILE takes the number of bytes written: 0 gives the error frame, a
// negative number, which is how the firmware reports that it could not open
// the file, a reply of no bytes at all. Values that do not fit append nothing,
// as in [AppendRequest].
func AppendReply(dst []byte, c Command, f Family, vals ...Value) []byte {
	r := rowOf(c, f)
	switch {
	case r.kind == Always || r == unknown:
		return AppendError(dst)
	case r.kind == Written:
		return appendWritten(dst, c, vals)
	case r.kind == OrEmpty && len(vals) == 0:
		r.reply = ""
	}
	n, size, err := measure(r.reply, r.kind == Repeated, vals)
	if err != 0 {
		return dst
	}
	dst = append(dst, start, byte(c)|replyFlag, byte(n))
	dst = appendParams(dst, r.reply, r.kind == Repeated, vals)
	if r.kind == Stray {
		dst, size = append(dst, 0), size+1
	}
	return pad(append(dst, end), 0, alignment(size))
}

// AppendError appends the reply to what the coprocessor does not know:
// EF 00 EE and its padding.
func AppendError(dst []byte) []byte { return append(dst, errStart, 0, end, 0) }

// appendWritten appends the reply of WRITE_FILE. The handler returns the
// number of bytes written as the size of the frame, and only start byte,
// command and end byte are ever stored in it, in that order (nina-fw
// CommandHandler.cpp writeFile, handle).
func appendWritten(dst []byte, c Command, vals []Value) []byte {
	if len(vals) != 1 || vals[0].num < 0 || vals[0].num > MaxFrame {
		return dst
	}
	n := int(vals[0].num)
	if n == 0 {
		return AppendError(dst)
	}
	for i := 0; i < n+alignment(n); i++ {
		dst = append(dst, writtenByte(c, n, i))
	}
	return dst
}

// writtenByte returns byte i of the reply to writing n bytes.
func writtenByte(c Command, n, i int) byte {
	switch i {
	case n - 1:
		return end
	case 0:
		return start
	case 1:
		return byte(c) | replyFlag
	}
	return 0
}

// alignment is the padding rule: how many bytes bring a frame of size bytes to
// a multiple of 4 (reference §2.4).
func alignment(size int) int { return -size & 3 }

// bytes returns how many padding bytes a sender of this rule appends to a
// frame of size bytes of which dataLen belong to a Counted parameter.
func (p PadRule) bytes(size, dataLen int) int {
	if p.None {
		return 0
	}
	if p.LessData {
		size -= dataLen
	}
	return alignment(size + int(p.Skew))
}

func pad(dst []byte, b byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, b)
	}
	return dst
}

// formFor returns the first right form of a family with as many values as
// vals.
func formFor(to Family, c Command, vals []Value) (form, Error) {
	if c >= commandCount {
		return form{}, ErrCommand
	}
	r := rowOf(c, to)
	for i := 0; ; i++ {
		f, ok := r.form(i)
		if !ok {
			return form{}, ErrCount
		}
		if f.sender == "" && (f.params == anything || f.params.values() == len(vals)) {
			return f, 0
		}
	}
}

func appendRequest(dst []byte, c Command, f form, vals []Value) []byte {
	repeat := f.params == anything
	n, size, err := measure(f.params, repeat, vals)
	if err != 0 || c >= commandCount {
		return dst
	}
	if f.announce > 0 {
		n = int(f.announce)
	}
	dst = append(dst, start, byte(c), byte(n))
	dst = appendParams(dst, f.params, repeat, vals)
	return pad(append(dst, end), dummyByte, f.pad.bytes(size, countedLen(f.params, vals)))
}
