package wire

// Family is a line of firmware. The two differ in a handful of commands.
type Family uint8

// The families.
const (
	Arduino  Family = iota // arduino/nina-fw
	Adafruit               // adafruit/nina-fw
)

// Version is a firmware version, comparable with <: major, minor and patch in
// 8 bits each. Zero means "never".
type Version uint32

// V returns the Version major.minor.patch.
func V(major, minor, patch uint8) Version {
	return Version(major)<<16 | Version(minor)<<8 | Version(patch)
}

// Unreleased marks what stands only in a development branch of the firmware or
// is only sent by a host library: no release has it.
const Unreleased Version = 0xFFFFFF

// Type says how the bytes of a parameter are read.
type Type uint8

// The types of parameters. BE and LE are the byte orders; the firmware mixes
// them, see reference §3.4 and nina-observed "Frame rules" 1.
const (
	U8      Type = iota + 1
	U16BE        // 2 bytes
	U16LE        // 2 bytes
	U32LE        // 4 bytes
	I16LE        // 2 bytes, signed
	I32LE        // 4 bytes, signed
	F32LE        // 4 bytes, IEEE 754
	UintBE       // 1 to 4 bytes, as many as the length says
	UintLE       // 1 to 8 bytes, as many as the length says
	IntLE        // 1 to 8 bytes, as many as the length says, signed
	IPv4         // 4 bytes, first octet first
	MAC          // 6 bytes; last octet first on most firmware, see profile
	String       // text, no terminator
	CString      // text whose terminating NUL is part of the parameter
	Blob         // bytes
	Filler       // a byte that is sent and never read (FF)
	Counted      // bytes whose length field is one 00; the true length is the value of the parameter named "len"
	Wrapped      // bytes whose length field keeps only the low 8 bits; the last parameter, it ends where the frame ends
	typeCount
)

// Width returns how many bytes a number of this type takes, 0 when that
// differs from frame to frame and for byte strings.
func (t Type) Width() int {
	switch t {
	case U8, Filler:
		return 1
	case U16BE, U16LE, I16LE:
		return 2
	case U32LE, I32LE, F32LE, IPv4:
		return 4
	case MAC:
		return 6
	}
	return 0
}

// Number reports whether a parameter of this type is a number; otherwise its
// Value is a byte string. A Filler has no Value at all.
func (t Type) Number() bool { return t >= U8 && t <= IPv4 }

// Param describes one parameter.
type Param struct {
	Name   string
	Type   Type
	Wide   bool // the length field is 16 bits, big-endian, instead of 8
	Secret bool // never leaves a board in a trace
}

// PadRule says how many padding bytes a sender appends. The rule of this
// package is the zero PadRule: FF up to a multiple of 4 bytes counted from E0.
// The others are miscalculations of genuine host libraries, kept so that
// their traffic can be rebuilt byte for byte (nina-observed "Padding").
type PadRule struct {
	Skew     int8 // bytes the sender believes the frame is longer than it is
	LessData bool // the sender forgets the bytes of the Counted parameter
	None     bool // the sender does not pad at all
}

// Form is one way to send a request. The forms without a Sender are the right
// ones, of which [AppendRequestTo] takes the first that has a place for every
// value; the others are what genuine hosts are seen to send, with their
// mistakes. Forms come from the table only: one made by hand encodes nothing.
type Form struct {
	Sender   string // which hosts: "", "WiFiNINA 2", "TinyGo", "CircuitPython" …
	Announce int8   // parameter count put in the header where it is a lie; 0: the true one
	Params   []Param
	Pad      PadRule
	layout   layout // Params, as the table writes them
}

// ReplyKind is the shape of a reply as a whole.
type ReplyKind uint8

// The shapes of replies.
const (
	Plain    ReplyKind = iota // the parameters of Spec.Reply
	OrEmpty                   // the same, or no parameters at all: failure (START_CLIENT_TCP)
	Repeated                  // the last parameter as often as the header says (SCAN_NETWORKS)
	Always                    // the error frame, also on success (DELETE_FILE …)
	Stray                     // the parameters, then one stray 00 before EE (EXISTS_FILE)
	Written                   // the frame is as long as the bytes written, nothing in it counts (WRITE_FILE)
)

// Spec describes one command of one firmware family.
type Spec struct {
	Name  string // nina-fw's name, as in the reference: "SEND_DATA_TCP"
	Forms []Form
	Reply []Param
	Kind  ReplyKind
	Since [2]Version // first release that has it, by Family; 0: never
	Slow  bool       // the firmware may work for seconds before it replies
}
