// Package ninalog reads the log of stock nina-fw as a trace, so that a link can
// be looked at without a logic analyzer and without another program on the
// host: SET_DEBUG makes the firmware print what it receives and sends on its
// own UART, at 115200 baud.
//
//	COMMAND: e02000ee\r\n          what SPI received, before it is served
//	RESPONSE: e0a0010103ee0000\r\n   what SPI sent, after it was read
//
// (nina-fw main/sketch.ino.cpp dumpBuffer, loop and setDebug; the same in
// Adafruit's, which prints dots and lengths before.) The log tells less than
// the bus:
//
//   - Times are those at which the lines come, or made up for a file.
//   - A command is what was in the firmware's buffer, at most 4092 bytes, and a
//     response what it had to tell: what the host clocked may be shorter. A
//     direction that is not told is 00 as MISO and FF as MOSI.
//   - READY, RESETN and GPIO0 are not in it.
//   - SET_DEBUG itself is half in it: the response to the one that switches the
//     log on, the command that switches it off.
//   - Printing takes the firmware 170 µs a byte, in which it does nothing else.
//
// All other text, such as what ESP-IDF logs, becomes notes.
package ninalog
