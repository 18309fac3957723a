// Package live brings a trace from a line that is still sending into a file:
// [Line] reads a serial port or what else there is and outlives its being
// unplugged, [Parts] cuts what is written into files, and [Feed] gives a copy
// to somebody who watches.
//
// The file is what the line sent, byte by byte, as `cat` would have kept it.
// Nothing is looked at on the way into it.
package live
