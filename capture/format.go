package capture

import "time"

// Version is the version of the trace format this package writes. Files of
// every version up to it stay readable.
const Version = 1

// The first byte of a frame: the version above, the tick code below.
const versionShift = 4

// maxTickCode is the coarsest tick, 10^6 ns.
const maxTickCode = 6

// tickCode returns the code of a tick, which is a power of ten nanoseconds.
func tickCode(tick time.Duration) (byte, bool) {
	d := time.Duration(1)
	for code := range byte(maxTickCode + 1) {
		if d == tick {
			return code, true
		}
		d *= 10
	}
	return 0, false
}

// tickOf is the reverse of tickCode.
func tickOf(code byte) (time.Duration, bool) {
	if code > maxTickCode {
		return 0, false
	}
	d := time.Duration(1)
	for range code {
		d *= 10
	}
	return d, true
}

// Tags of records that are not windows. Their bodies have a length.
const (
	tagStart byte = 1 + iota
	tagPin
	tagBegin
	tagEnd
	tagDrop
	tagWait
	tagNote
	tagRepeat

	tagLost byte = 0x0F
)

// What is added to the length of a payload whose sum is withheld, and to that
// of a text that is.
const (
	dataMasked = 1 << 31
	textMasked = 1 << 13
)

// Bits of the tag of a window.
const (
	winBit     byte = 0x80 // a window, not a record with a length
	winRef     byte = 0x40 // the bytes are those of an earlier window of this frame
	winCall    byte = 0x20 // a call number follows, different from the last in this frame
	winStatus  byte = 0x10 // a status byte follows
	winRefMask byte = 0x0F // winRef: how many remembered windows back
	winMore    byte = 0x08 // the window goes on in the next piece; no times here
	winCont    byte = 0x04 // this piece goes on with a window
	winMOSI    byte = 0x02 // MOSI is not all fill
	winMISO    byte = 0x01 // MISO is not all fill
	winCut     byte = 0x01 // the end of a window: bytes were left out by choice
)

// Bits of the tag of an exchange, besides winCall and winRefMask.
const (
	exBit byte = 0x40 // an exchange: neither a window nor a record with a length
	exNew byte = 0x10 // a byte follows that says of which windows
)

// A window of at most shortBytes is kept whole until its end and remembered,
// so that the same bytes again cost one byte; remembered is how many of them a
// reader must keep, a power of two.
const (
	shortBytes = 16
	remembered = 16
)

// The first byte of an address.
const (
	addrNone byte = iota
	addrIPv4      // four bytes and the port follow
	addrPort      // the port follows
)

// Limits that keep a reader's memory bounded, whatever a file says.
const (
	// MaxFrame is one more than the longest frame between two zeros.
	MaxFrame = 1 << 16
	// MaxWindow is the longest run of bytes kept for one chip-select
	// window; the firmware's buffer is 4092. What a window has beyond it is
	// left out and the window marked Incomplete.
	MaxWindow = 1 << 16
	// MaxText is the longest text in one record. Longer ones are cut.
	MaxText = 4096
	// MaxLabels and MaxLabel are how many labels a start has at most, and
	// how long their keys and values are.
	MaxLabels = 16
	MaxLabel  = 255
	// MinBuffer is the smallest frame buffer a writer works with.
	MinBuffer = 192

	maxBody   = 1<<14 - 1 // longest body of a record with a length
	maxLength = 1 << 30   // longest thing of which only the length is kept
)

// longest is the latest time in a trace and the longest span: 146 years.
const longest = 1<<62 - 1

// trailer is the CRC-32 (IEEE) at the end of a frame, least significant byte
// first.
const trailer = 4

// maxVarint is the longest uvarint; maxHeader is the longest frame header, one
// byte and two uvarints.
const (
	maxVarint = 10
	maxHeader = 1 + 2*maxVarint
)
