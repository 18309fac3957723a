// Package link carries a [bus.Bus] over a byte stream, so that a driver and a
// coprocessor need not be in one process: a TCP connection to an emulator, or
// the serial port of a board that passes everything on to its ESP32.
//
// The host sends one operation, the other end answers it, strictly in order.
// A host may send several before it reads the answers.
//
//	operation                answer
//	R                        0 or 1: the level of READY, 0 is armed
//	G                        0 or 1: the level of GPIO0
//	L                        K: chip select is low
//	H                        K: chip select is high
//	T, u16 n, n bytes        n bytes: MISO; n is not 0
//	W, level, u32 µs         0 or 1: the level of READY when it is that level or the time is up
//	g, 0 1 or 2              K: GPIO0 is driven low, driven high, released
//	n                        K: RESETN is asserted
//	N                        K: RESETN is released
//	I                        u16 n, n bytes of text: what is at this end
//	Q                        none: goodbye
//
// Numbers are big endian. Whatever else comes is answered with ? and ends the
// connection. docs/buslink.md is the whole of it, with a host in Python.
//
// [Serve] is the coprocessor's end and belongs to the device set. The rest is
// for a PC: [Client] is the host's end, a bus.Bus, and [Server] serves TCP.
package link
