// Package logic imports the recordings of logic analyzers into traces, so that
// a link can be looked at whose host program nobody can change.
//
// It works in three steps, and another file format is one more first step:
//
//   - a source reads one file and gives its events: selects, bytes, edges. For
//     files with levels a sampler reads the file, and one source for all of
//     them makes events of the levels;
//   - the sources of one recording are merged by time;
//   - an assembler makes the records of a trace of them.
//
// [ImportSaleae], [ImportVCD] and [ImportSigrok] are the formats.
//
// What a logic analyzer sees is less than what a recorder knows, and more. It
// knows no driver calls and does not see that the host waits; but it sees every
// edge of every line:
//
//   - Window.Wait and Window.Call are 0.
//   - READY going high inside a window is its Ack, the first time. Every other
//     change of READY is a record of its own (capture.PinReady, high: busy), so
//     that a decoder can tell from them when the coprocessor was ready.
//   - Changes of RESETN and GPIO0 are records (capture.PinReset and
//     capture.PinGPIO0; who drives GPIO0 cannot be seen).
//   - A line that is not at rest when the recording begins (READY low, RESETN
//     low, GPIO0 high) has a record of its own before everything else, as if it
//     had changed there. At rest are READY high, RESETN high and GPIO0 low.
//
// Nothing that may be wrong with the bus stops an import. A window of which a
// part is missing has the status capture.Incomplete.
package logic
