package pcapng

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// LinkType is the link type of the interface, LINKTYPE_USER0.
const LinkType = 147

// HeaderLen is the length of the header of a packet, Version its version.
const (
	HeaderLen = 16
	Version   = 1
)

// Direction is which way a packet went.
type Direction uint8

// The directions.
const (
	Request Direction = iota // to the coprocessor
	Reply                    // from it
)

// Flags says what was out of order with a packet. The low 8 bits are the
// capture.Status of its window.
type Flags uint16

// The flags beside those of a window.
const (
	StatusShift         = 8       // two bits: the decode.Status of the exchange
	Findings      Flags = 1 << 10 // the exchange has findings
	AfterLoss     Flags = 1 << 11 // records are missing between this packet and the one before
	AdafruitNames Flags = 1 << 12 // the firmware is of Adafruit's family, as far as is known
)

// flags returns the flags of a transaction of an exchange.
func flags(ex *decode.Exchange, t *decode.Transaction, lost bool) Flags {
	f := Flags(t.Window.Status) | Flags(ex.Status&3)<<StatusShift
	if len(ex.Findings) > 0 {
		f |= Findings
	}
	if lost {
		f |= AfterLoss
	}
	if ex.Family == wire.Adafruit {
		f |= AdafruitNames
	}
	return f
}

// appendHeader appends the header of a packet.
func appendHeader(dst []byte, dir Direction, f Flags, ex *decode.Exchange, t *decode.Transaction) []byte {
	var wait time.Duration
	if dir == Reply {
		wait = ex.Wait
	}
	dst = append(dst, Version, byte(dir))
	dst = binary.BigEndian.AppendUint16(dst, uint16(f))
	dst = binary.BigEndian.AppendUint32(dst, clamp(int64(ex.N)))
	dst = binary.BigEndian.AppendUint32(dst, clamp(wait.Microseconds()))
	return binary.BigEndian.AppendUint32(dst, uint32(t.Window.Call))
}

// clamp returns n as 32 bits, all ones where it does not fit.
func clamp(n int64) uint32 {
	if n < 0 || n > math.MaxUint32 {
		return math.MaxUint32
	}
	return uint32(n)
}
