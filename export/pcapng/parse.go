package pcapng

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A Header is the header of a packet.
type Header struct {
	Direction Direction
	Flags     Flags
	Exchange  uint32        // number of the exchange in the trace, from 1; all ones: too large a number
	Wait      time.Duration // of a reply, to the microsecond; negative: too long for the header
	Call      bus.CallID    // the driver call that was served, 0: unknown
}

// An Error says why a packet has no header that can be read.
type Error string

// The errors of [Parse].
const (
	ErrShort   Error = "a packet shorter than its header"
	ErrVersion Error = "a packet of another version" // than [Version]: a reader must not guess
)

// Error returns what is wrong.
func (e Error) Error() string { return string(e) }

// Parse takes a packet apart: the header, and the bytes of the frame as a view.
// The error is an [Error].
func Parse(packet []byte) (h Header, frame []byte, err error) {
	switch {
	case len(packet) < HeaderLen:
		return h, nil, ErrShort
	case packet[0] != Version || packet[1] > byte(Reply):
		return h, nil, ErrVersion
	}
	h.Direction = Direction(packet[1])
	h.Flags = Flags(binary.BigEndian.Uint16(packet[2:]))
	h.Exchange = binary.BigEndian.Uint32(packet[4:])
	h.Wait = -1
	if wait := binary.BigEndian.Uint32(packet[8:]); wait != math.MaxUint32 {
		h.Wait = time.Duration(wait) * time.Microsecond
	}
	h.Call = bus.CallID(binary.BigEndian.Uint32(packet[12:]))
	return h, packet[HeaderLen:], nil
}
