//go:build !tinygo

package netdev

import "sync/atomic"

var current atomic.Pointer[Netdever]

// UseNetdev makes dev the default device of this package. Any goroutine may
// call it; nil takes the device away.
func UseNetdev(dev Netdever) {
	if dev == nil {
		current.Store(nil)
		return
	}
	current.Store(&dev)
}

// Current returns the device given to [UseNetdev], nil when there is none.
// Any goroutine may call it.
func Current() Netdever {
	if dev := current.Load(); dev != nil {
		return *dev
	}
	return nil
}
