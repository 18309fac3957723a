//go:build tinygo && ninafw && arduino_mkrwifi1010

package board

const resetActiveHigh = true
