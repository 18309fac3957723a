package emulator

import "github.com/ninatrace/ninatrace/wifinina/wire"

// refuses reports whether the firmware would not execute the command in the
// buffer. Genuine firmware looks at nothing but start byte and number; what it
// would look at without its quirks is the table of the protocol. Bytes behind
// the END are no parameters then.
func (f *firmware) refuses() bool {
	if f.quirk(FixedOffsets) && f.quirk(UncheckedEnd) && f.quirk(PaddingParameters) {
		return false
	}
	var room [8]wire.Value
	_, m := wire.ParseRequest(room[:0], f.in[:f.filled], f.e.cfg.Profile.Family)
	if !f.quirk(PaddingParameters) && m.Size > 0 {
		clear(f.in[m.Size:f.filled])
	}
	switch m.Err {
	case 0, wire.ErrPadding:
		form := m.Form()
		return !f.quirk(FixedOffsets) && form != nil && form.Announce != 0
	case wire.ErrEnd:
		return !f.quirk(UncheckedEnd)
	case wire.ErrTruncated:
		return !f.quirk(UncheckedEnd) || !f.quirk(FixedOffsets)
	}
	return !f.quirk(FixedOffsets)
}
