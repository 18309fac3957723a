package emulator

import "slices"

// An fdTable is lwIP's table of sockets: true is one in use. Slots and BSD-style
// sockets share it, and whoever opens one gets the lowest that is free (lwIP
// api/sockets.c alloc_socket).
type fdTable []bool

func (t fdTable) full() bool { return !slices.Contains(t, false) }

// take returns the lowest free place, -1 if there is none.
func (t fdTable) take() (fd int) {
	if fd = slices.Index(t, false); fd >= 0 {
		t[fd] = true
	}
	return fd
}

func (t fdTable) release(fd int) { t[fd] = false }
