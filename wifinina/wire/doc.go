// Package wire is the vocabulary of the WiFiNINA SPI protocol: one table of
// commands, the frames that carry them, the typed values inside, and the names
// of the codes. Driver, emulator, decoder, redaction and documentation all
// walk the same table; nothing about a command is spelled anywhere else.
//
// A request and its reply look alike:
//
//	E0  cmd       n  { len bytes[len] } × n  EE  pad
//	E0  cmd|0x80  n  { len bytes[len] } × n  EE  00 to a multiple of 4
//
// What differs per command is in its [Spec]: whether len is one byte or two
// (big-endian), the byte order of each number, the shape of the reply, what is
// secret, which firmware has it.
//
// Comments here and in the other packages cite two documents of this
// repository: "reference" is docs/nina-protocol.md, read off the sources of
// firmware and hosts; "nina-observed" is docs/nina-observed.md, seen on the
// wire, which is right where the two disagree.
//
// The package imports nothing of ours, no fmt and no reflect, and allocates
// nothing: encoders append to the caller's slice, parsed values are views of
// the caller's frame. All functions may be called by several goroutines at
// once; the table is never written.
//
// The table has two faces. Drivers read it where it lies, in the flash of a
// board: [AppendRequest], [ParseReply], [FirstRead], [ReplySize],
// [SecretSpans], [Since], [Slow]. Programs on a PC may have it spelled out as
// Specs by [Lookup], [Message.Spec] and [Message.Form], which costs memory
// once.
package wire
