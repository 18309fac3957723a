package emulator

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const (
	maxOption   = 16 // most bytes of an option (LWIP_SETGETSOCKOPT_MAXOPTLEN)
	intSize     = 4
	timevalSize = 8 // seconds and microseconds, 32 bits each
)

// inherited are the options of a listener its clients begin with (lwIP's
// SOF_INHERITED).
const inherited = wire.SOReuseAddr | wire.SOKeepAlive

// socketSetSockOpt sets an option. Those of type int are little-endian.
func socketSetSockOpt(f *firmware) {
	s, name := f.bsd(4), f.u32le(6)
	n := min(int(f.u8(10)), maxOption)
	var value [maxOption]byte
	copy(value[:n], f.in[11:])
	if s != nil {
		f.errno = s.setOption(name, value[:n])
	}
	f.answer(wire.Flag(f.errno == wire.EOK))
}

func (s *bsdSocket) setOption(name uint32, value []byte) wire.Errno {
	if err := s.checkOption(name, len(value), true); err != wire.EOK {
		return err
	}
	if d := s.timeout(name); d != nil {
		return setTimeval(d, value)
	}
	n := binary.LittleEndian.Uint32(value)
	if name == wire.SORcvBuf {
		s.recvBuffer = int(int32(n))
		return wire.EOK
	}
	s.flags &^= name
	if n != 0 {
		s.flags |= name
	}
	return wire.EOK
}

// timeout returns the time-out an option is, or nil.
func (s *bsdSocket) timeout(name uint32) *time.Duration {
	switch name {
	case wire.SORecvTimeout:
		return &s.recvTimeout
	case wire.SOSendTimeout:
		return &s.sendTimeout
	}
	return nil
}

// setTimeval takes a timeval, in whole milliseconds. Zero is no time-out.
func setTimeval(d *time.Duration, value []byte) wire.Errno {
	sec := int32(binary.LittleEndian.Uint32(value))
	usec := int32(binary.LittleEndian.Uint32(value[4:]))
	ms := int64(sec)*1000 + int64(usec)/1000
	if ms < 0 || ms > math.MaxInt32 {
		return wire.EINVAL
	}
	*d = time.Duration(ms) * time.Millisecond
	return wire.EOK
}

// socketGetSockOpt answers as many bytes of the option as were asked for, and
// nothing when it fails.
func socketGetSockOpt(f *firmware) {
	s, name := f.bsd(4), f.u32le(6)
	n := min(int(f.u8(11)), maxOption)
	value := f.scratch[:maxOption]
	clear(value)
	if s != nil {
		f.errno = s.option(name, n, value)
	}
	if f.errno != wire.EOK {
		n = 0
	}
	f.answer(wire.Bytes(value[:n]))
}

// option puts the option into value, which has room for any. Flags that are
// set read as their own bit.
func (s *bsdSocket) option(name uint32, size int, value []byte) wire.Errno {
	if err := s.checkOption(name, size, false); err != wire.EOK {
		return err
	}
	if d := s.timeout(name); d != nil {
		putTimeval(value, *d)
		return wire.EOK
	}
	n := s.flags & name
	switch name {
	case wire.SOType:
		n = uint32(s.kind)
	case wire.SOError:
		n = uint32(s.takePending())
	case wire.SORcvBuf:
		n = uint32(s.recvBuffer)
	}
	binary.LittleEndian.PutUint32(value, n)
	return wire.EOK
}

func putTimeval(p []byte, d time.Duration) {
	binary.LittleEndian.PutUint32(p, uint32(d/time.Second))
	binary.LittleEndian.PutUint32(p[4:], uint32(d%time.Second/time.Microsecond))
}

// checkOption says what lwIP has against an option of that size: one it does
// not have for this kind of socket, or a size that is too small. SO_LINGER is
// left out of Espressif's build.
func (s *bsdSocket) checkOption(name uint32, size int, set bool) wire.Errno {
	need := intSize
	switch name {
	case wire.SORecvTimeout, wire.SOSendTimeout:
		need = timevalSize
	case wire.SORcvBuf:
	case wire.SOType, wire.SOError:
		if set {
			return wire.ENOPROTOOPT
		}
	case wire.SOReuseAddr, wire.SOKeepAlive, wire.SOBroadcast:
		if s.dead() {
			return wire.EINVAL
		}
		if name == wire.SOBroadcast && s.kind != wire.SockDgram {
			return wire.ENOPROTOOPT
		}
	default:
		return wire.ENOPROTOOPT
	}
	if size < need {
		return wire.EINVAL
	}
	return wire.EOK
}
