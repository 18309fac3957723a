// Package pcapng writes the exchanges of a trace as a pcapng file, for
// Wireshark, tshark and whatever else reads that format.
//
// There is one interface, "nina0", of link type LINKTYPE_USER0 (147), since no
// link type for SPI exists, with times in nanoseconds. Every request and every
// reply is a packet, in the order of the trace, at the time of its select. Its
// direction is in the flags: requests are outbound, replies inbound. The packet
// with which an exchange begins has the line of [decode.AppendText] as its
// comment.
//
// Times count from the wall clock of the recording's start, and from
// 1970-01-01 where the trace does not know it.
//
// Nothing that is missing from a trace is passed over: a loss, like a start, a
// reset and a note of the recorder's user, is a comment of the next packet, and
// the packet's drop count says how many records are missing at least. What
// comes after the last packet is in the statistics of the interface, with which
// the file ends. Other records (driver calls, lines, console text) are not
// exported.
//
// # Packets
//
// A packet is a header of 16 bytes and the bytes of the frame as they were
// clocked: MOSI of a request, MISO of a reply, the padding too. Secrets that
// the recorder withheld read '*'. All numbers of the header are big-endian:
//
//	0   version     1 byte   1
//	1   direction   1 byte   0 request, 1 reply
//	2   flags       2 bytes  see Flags
//	4   exchange    4 bytes  number of the exchange in the trace, from 1
//	8   wait        4 bytes  reply: µs from the request's deselect to READY low
//	12  call        4 bytes  number of the driver call that was served, 0: unknown
//
// A number that does not fit is FF FF FF FF. Later versions may be longer or
// mean something else; a reader that finds another version than 1 must not
// guess.
//
// The request for the state of the connection and its reply, which came 1.5 ms
// later, in the first driver call of a trace:
//
//	01                version
//	00                request
//	00 00             flags: as it should be
//	00 00 00 07       exchange 7
//	00 00 00 00       wait: none
//	00 00 00 01       call 1
//	E0 20 00 EE       GET_CONN_STATUS
//
//	01                version
//	01                reply
//	00 00             flags: as it should be
//	00 00 00 07       exchange 7
//	00 00 05 DC       wait: 1500 µs
//	00 00 00 01       call 1
//	E0 A0 01 01 03 EE connected
package pcapng
