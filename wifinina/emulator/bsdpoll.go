package emulator

import (
	"encoding/binary"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// sendLowWater is what the send buffer must have more room than to be writable
// (lwIP's TCP_SNDLOWAT with a maximum segment of 1436).
const sendLowWater = 2*1436 + 1

// socketPoll tells what lwip_select says of one descriptor. When that fails the
// firmware reads the sets it has asked with, so that all bits are set; below
// the first descriptor select does not even look.
func socketPoll(f *firmware) {
	s := f.bsd(4)
	bits := uint8(wire.PollFail)
	if f.quirk(PollFailsFull) {
		bits |= wire.PollRead | wire.PollWrite | wire.PollError
	}
	switch fd := int(f.u8(4)); {
	case s != nil:
		bits = s.poll()
	case fd < f.firstFD():
		bits, f.errno = 0, wire.EOK
	case fd >= fdSetSize:
		f.misuse("descriptor %d in a set of %d", fd, fdSetSize)
		f.errno = wire.EINVAL
	}
	f.answer(wire.Uint(bits))
}

func (s *bsdSocket) poll() uint8 {
	if s.dead() {
		return wire.PollRead | wire.PollWrite | wire.PollError
	}
	bits := uint8(0)
	if s.canRead() {
		bits |= wire.PollRead
	}
	if s.kind == wire.SockDgram || s.phase == connected && s.stream.tx.free() > sendLowWater {
		bits |= wire.PollWrite
	}
	return bits
}

// canRead reports whether there are data, a client, or the end of the stream.
func (s *bsdSocket) canRead() bool {
	switch {
	case s.udp != nil:
		return len(s.udp.mail) > 0
	case s.phase == listening:
		return len(s.port.queue) > 0
	case s.phase == connected:
		return s.stream.available() > 0 || s.stream.ended
	}
	return false
}

// maxIoctlArg is the most an argument of lwip_ioctl has (IOCPARM_MASK).
const maxIoctlArg = 0x7F

// socketIoctl answers the argument, changed or not, and nothing when it fails.
// lwIP takes four bytes of it, however many there are.
func socketIoctl(f *firmware) {
	s, cmd := f.bsd(4), f.u32le(6)
	size := min(int(f.u8(10)), maxIoctlArg)
	arg := f.scratch[:max(size, 4)]
	clear(arg)
	copy(arg, f.in[11:11+size])
	switch {
	case s == nil:
		size = 0
	case cmd == wire.FIONREAD:
		binary.LittleEndian.PutUint32(arg, uint32(s.readable()))
	case cmd == wire.FIONBIO:
		s.nonBlocking = binary.LittleEndian.Uint32(arg) != 0
	default:
		size, f.errno = 0, wire.ENOSYS
	}
	f.answer(wire.Bytes(arg[:size]))
}
