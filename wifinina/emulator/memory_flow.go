package emulator

import (
	"slices"
	"time"
)

// A packet is on its way until due, and then waits to be read. One without
// data is the FIN.
type packet struct {
	due  time.Time
	data []byte
}

// A flow is one direction of a connection: what was sent and is not read yet,
// in order. Nothing in it overtakes anything.
type flow struct {
	packets []packet
	held    int // bytes in packets
}

// send puts data on its way, or FIN if there are none.
func (f *flow) send(due time.Time, data []byte) {
	if n := len(f.packets); n > 0 && f.packets[n-1].due.After(due) {
		due = f.packets[n-1].due
	}
	f.packets = append(f.packets, packet{due, data})
	f.held += len(data)
}

// take reads what has arrived. It reports the end of the flow when nothing is
// left before it.
func (f *flow) take(p []byte, now time.Time) (n int, end bool) {
	for n < len(p) && len(f.packets) > 0 && reached(f.packets[0].due, now) {
		first := &f.packets[0]
		if len(first.data) == 0 {
			return n, n == 0
		}
		k := copy(p[n:], first.data)
		n, f.held = n+k, f.held-k
		if first.data = first.data[k:]; len(first.data) == 0 {
			f.packets = f.packets[1:]
		}
	}
	return n, false
}

// next returns when the first packet arrives, zero if none is on its way.
func (f *flow) next() time.Time {
	if len(f.packets) == 0 {
		return time.Time{}
	}
	return f.packets[0].due
}

// lose drops what would arrive after the time at.
func (f *flow) lose(at time.Time) {
	f.packets = slices.DeleteFunc(f.packets, func(p packet) bool {
		if p.due.After(at) {
			f.held -= len(p.data)
			return true
		}
		return false
	})
}
