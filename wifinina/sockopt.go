package wifinina

import (
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An option is a socket option as lwIP takes it.
type option struct {
	name  uint32
	size  uint8
	value [8]byte // little-endian
}

// SetSockOpt implements netdev.Netdever. At level SOL_SOCKET there are
// SO_KEEPALIVE, SO_BROADCAST and SO_REUSEADDR, with a bool or an int, and
// SO_LINGER with an int of seconds, negative for off. A listener has
// SO_REUSEADDR anyway. The firmware has no other level, and the slot engine no
// options at all: ErrNotSupported. ErrNotConnected: the firmware does not know
// the socket yet, because it is neither bound nor connected.
func (d *Device) SetSockOpt(sockfd int, level int, opt int, value interface{}) error {
	n, ok := number(value)
	o := d.begin(bus.Call{Op: bus.OpSetSockOpt, Sock: sockfd, Int: [5]int64{int64(level), int64(opt), n}})
	err := d.setSockOpt(&o, sockfd, level, opt, n, ok)
	return o.end(bus.Result{Err: o.fail(err)})
}

func (d *Device) setSockOpt(o *op, sockfd, level, opt int, n int64, ok bool) error {
	s, err := o.lookup(sockfd)
	if err != nil {
		return err
	}
	lwip, known := optionOf(level, opt, n)
	switch {
	case !ok:
		return netdev.ErrInvalidArgument
	case !known || !s.bsd:
		return netdev.ErrNotSupported
	case s.handle == noHandle:
		return netdev.ErrNotConnected
	}
	return s.engine().setOption(*o, lwip)
}

// number returns the value of an option as a number.
func number(value interface{}) (int64, bool) {
	switch v := value.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int:
		return int64(v), true
	case int32:
		return int64(v), true
	case float64:
		return int64(v), true // TinyGo's SetKeepAlivePeriod
	}
	return 0, false
}

// optionOf translates an option of netdev, which has Linux's numbers.
func optionOf(level, opt int, n int64) (option, bool) {
	if level != netdev.SOL_SOCKET {
		return option{}, false
	}
	o := option{size: 4, value: [8]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}}
	switch opt {
	case netdev.SO_KEEPALIVE:
		o.name = wire.SOKeepAlive
	case netdev.SO_BROADCAST:
		o.name = wire.SOBroadcast
	case netdev.SO_REUSEADDR:
		o.name = wire.SOReuseAddr
	case netdev.SO_LINGER: // struct linger: on or off, seconds
		o.name, o.size = wire.SOLinger, 8
		copy(o.value[4:], o.value[:4])
		o.value[0], o.value[1], o.value[2], o.value[3] = 1, 0, 0, 0
		if n < 0 {
			o.value = [8]byte{}
		}
	default:
		return option{}, false
	}
	return o, true
}

// setOption implements engine.
func (bsdEngine) setOption(o op, opt option) error {
	if err := o.acquire(); err != nil {
		return err
	}
	defer o.release()
	return o.fail(o.apply(&opt))
}

// apply sets an option of the op's handle, within the turn.
func (o *op) apply(opt *option) error {
	return o.granted(wire.SocketSetSockOpt, wire.Uint(o.handle), wire.Uint(opt.name), wire.Bytes(opt.value[:opt.size]))
}

// setOption implements engine: the slot commands have no options.
func (slotEngine) setOption(op, option) error { return netdev.ErrNotSupported }
