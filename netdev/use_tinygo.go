//go:build tinygo

package netdev

import _ "unsafe" // for go:linkname

// UseNetdev makes dev the device of TinyGo's net package.
//
//go:linkname UseNetdev net.useNetdev
func UseNetdev(dev Netdever)
