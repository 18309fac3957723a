// Package capture records what happens on the link to a WiFiNINA coprocessor
// and reads such recordings. [Recorder] is a bus.Bus that writes a trace on
// the board; [Writer] makes one of records from elsewhere; [Reader] reads any.
// The package knows no command: a trace of broken firmware is a trace.
//
// It belongs to the device set: it compiles with TinyGo, and recording
// allocates nothing.
//
// What follows is the specification of trace format version 1. It is all that
// is needed to write a reader in another language.
//
// # Stream
//
// A trace is a stream of bytes: what a board sends over a UART, and the file
// that keeps it, are the same. It holds frames. A writer puts 00, the frame
// stuffed by COBS (Cheshire and Baker, 1999), and 00. A stuffed frame contains
// no 00 and is shorter than 65536 bytes.
//
// A reader cuts the stream at its zeros. A segment between them is empty; or a
// frame, which the checksum proves; or console text that the program printed
// on the same UART; or damage. This package takes for text what is UTF-8 and
// has no control characters but 07 to 0A, 0D and 1B; it may begin and end in
// the middle of a character. A single byte between 00 00 and the end of the
// stream is the beginning of a frame and no text.
//
// # Frame
//
// Unstuffed, a frame is
//
//	byte     format version << 4 | tick code: a tick is 10^code ns, code 0 to 6
//	uvarint  number of the frame, 0 for the first of a recording
//	uvarint  time of the last record before this frame, in ticks
//	…        records, whole ones
//	4 bytes  CRC-32 (IEEE 802.3) of all bytes before, least significant first
//
// A recording keeps its tick. Each frame can be read without the ones before
// it, apart from the bytes of a window that began there.
//
// # Numbers
//
// A uvarint has 7 bits per byte, least significant first; bit 7 says that
// another byte follows; it has at most 10 bytes and may have more than it
// needs. A varint is a uvarint u that stands for u/2 if u is even and for
// -(u+1)/2 if it is odd. A text is a uvarint length, at most 4096, and as many
// bytes, UTF-8 as a rule. A flag is one byte, 1 for true, 0 for false.
// Durations are uvarints in ticks. Arithmetic with times is modulo 2^64; no
// time and no duration is longer than 2^62-1 ns, and neither is the sum of the
// recordings of a stream.
//
// # Records
//
// The first byte of a record is its tag. From 80 on it is a window, from 40 to
// 7F an exchange; below, it is followed by
//
//	uvarint  length of the body, at most 16383
//	uvarint  time since the record before (body begins here)
//	…        fields
//
// The time of a record is that of the record before plus this; for the first
// in a frame the record before is the one in the frame's header. The fields,
// by tag:
//
//	01 start  8 bytes: wall clock in ns since 1970, UTC, least significant
//	          first, 0 if unknown; uvarint: number of labels, at most 16; per
//	          label two texts of at most 255 bytes, key and value
//	02 pin    byte: line; flag: its level, true for high; uvarint: the call
//	          that the host changed or read it for, 0: none
//	          0 READY, high: busy
//	          1 RESETN, high: released
//	          2 GPIO0 as the coprocessor drives it, high: data to read
//	          3 GPIO0 driven by the host
//	          4 GPIO0 released by the host, the level does not count
//	03 begin  uvarint: call; byte: op; arguments, see Calls
//	04 end    uvarint: call; byte: op; text: error; if that is empty: results
//	05 drop   uvarint: number of records that the recorder lost here; duration:
//	          from the first of them to the last, whose time this record has
//	06 wait   flag: awaited level of READY; byte: status, see Windows;
//	          duration; uvarint: the call, 0: none; the record's time is the
//	          end of the wait
//	07 note   bytes to the end of the body, at most 4096: a remark, UTF-8
//	08 repeat uvarint: how often the exchange before happened again, with the
//	          same bytes and call; duration: from the end of the first of these
//	          to the end of the last, which is this record's time
//	0F lost   uvarint: frames; uvarint: bytes; uvarint: records; flag: the
//	          recording was joined in its middle; flag: it ended inside a
//	          frame: what was missing here in the trace this is a copy of
//
// A recording begins with a start, alone in its frame. Its time is 0 when a
// board writes it. A copy of a recording whose beginning was missing has no
// start. A drop of 0 records tells nothing but its time.
//
// # Windows
//
// A window is what lies between two edges of chip select: the bytes of both
// directions, as many MOSI as MISO and 65536 at most, the wait for READY low
// before it, and when it was. A record with bit 7 in its tag is a whole window,
// or a piece of one, or the end of one that came in pieces:
//
//	80  always
//	40  the bytes are those of an earlier window: bits 0-3 say of which, 0 is
//	    the last; otherwise these bits are
//	    08  a piece: the window goes on, and there are no times here
//	    04  goes on with the window that the last piece belongs to
//	    02  MOSI is not one byte over and over
//	    01  MISO is not one byte over and over; for an end (04 without 08):
//	        bytes were left out by choice
//	20  the call differs from that of the last window record in this frame,
//	    which is 0 at the beginning of a frame
//	10  there is a status
//
// After the tag come
//
//	uvarint  call, with bit 20: the driver call that was served, 0 for none
//	byte     status, with bit 10
//	times    unless it is a piece
//	bytes    unless it is an end (04 without 08) or refers to another (40)
//	uvarint  for an end with 01: how many bytes of each direction follow those
//	         of the pieces and are not recorded
//
// The bits of a status, of which those of all pieces of a window count:
//
//	01  READY did not go low in time before the select
//	02  READY did not go high in time after the select
//	04  the bus reported an error that is no timeout
//	08  bytes were clocked with chip select high
//	10  the MOSI bytes in this record are masked, see there
//	20  bytes of the window are missing
//	40  the MISO bytes in this record are masked, see there
//
// Between the pieces of a window there may be records with other tags, and the
// pieces may be spread over many frames.
//
// Bytes are a uvarint n, how many there are in each direction, and if that is
// not 0, first MOSI and then MISO. A direction whose bit in the tag is 0 is one
// byte, which stands for n of the same. Otherwise it is a uvarint k, at most n,
// and k bytes as they are, and one byte that stands for the other n-k.
//
// A whole window (neither 08 nor 04 nor 40) of at most 16 bytes without masks
// is remembered until the end of the frame. Bits 0-3 of a reference count
// backwards through the last 16 remembered ones. A reference is not remembered
// again, but its times replace those of the window it refers to.
//
// # Times of a window
//
//	varint   gap: from the record before to the beginning of the wait
//	uvarint  wait: of the wait for READY low, 0 if READY was low already
//	byte     ack << 4 | dur
//	uvarint  ack, if the upper half of that byte is 15
//	uvarint  dur, if the lower half is 15
//
// ack is the time from the select to READY high, dur from there to the
// deselect. The time of the record is that of the deselect: that of the record
// before + gap + wait + ack + dur; the select was ack + dur earlier. The gap
// covers the time from the end of the wait to the select too. It is negative
// when another record was written between the wait and the end of the window.
//
// # Exchanges
//
// An exchange is two windows, one right after the other and without a status,
// whose bytes are those of windows remembered in this frame: as a rule a
// request and its reply, as often before. The tag:
//
//	40  always
//	20  the call differs from that of the last window record in this frame
//	10  it is a new exchange; otherwise bits 0-3 count backwards through the
//	    last 16 new ones of this frame, 0 is the last
//
// After it come the call, with bit 20; with bit 10 a byte whose upper half says
// of which window the bytes of the first are, counted as in a reference, and
// its lower half the same of the second; and eight numbers: gap, wait, ack and
// dur of the first window and then of the second. Each is told by how much it
// differs, modulo 2^32, from what it was the last time for that remembered
// window. The difference is from -2^31 to 2^31-1 and written as a varint is,
// but in half bytes, of which the lower comes first: 3 bits of the number in
// each, and bit 3 says that another follows. A half byte that is left over is
// 0. A known exchange refers to places among the 16 remembered windows: where
// a window was forgotten since, to the one that took its place.
//
// # Masks
//
// Secrets are withheld, and by choice the names of networks and the payload. The
// record is a piece with status bit 10 or 40 or both, and its MOSI or MISO bytes
// are, whatever tag bit 02 or 01 says:
//
//	uvarint  number of masked spans
//	uvarint  per span: distance from the end of the one before, 0 only for the
//	uvarint  first; length, not 0
//	bytes    the other bytes, n less all lengths
//
// # Calls
//
// Calls of the driver's public face are numbered by the recorder, from 1. The
// arguments and results of each op, in this order:
//
//	 1 NetConnect (ssid text, passphrase length, mode int, auth int, retries int, timeout_ns int, watchdog_ns int, hostname text)
//	 2 NetDisconnect ()
//	 3 GetHardwareAddr () (mac data)
//	 4 GetHostByName (name text) (addr addr)
//	 5 Addr () (addr addr)
//	 6 Socket (domain int, stype int, protocol int) (sockfd int)
//	 7 Bind (sockfd int, ip addr)
//	 8 Connect (sockfd int, host text, ip addr)
//	 9 Listen (sockfd int, backlog int)
//	10 Accept (sockfd int) (sockfd int, peer addr)
//	11 Send (sockfd int, buf data, flags int, deadline duration) (n int)
//	12 Recv (sockfd int, size length, flags int, deadline duration) (n int, data data)
//	13 Close (sockfd int)
//	14 SetSockOpt (sockfd int, level int, opt int, value int)
//	15 Exchange (cmd int)
//	16 SendTo (sockfd int, buf data, flags int, to addr, deadline duration) (n int)
//	17 RecvFrom (sockfd int, size length, flags int, deadline duration) (n int, from addr, data data)
//
// An int is a varint. A length is a uvarint of at most 2^30: that of a secret
// or a buffer, whose bytes are not kept. Data is a length and, if that is not
// 0, the CRC-32 (IEEE 802.3) of the bytes, least significant byte first; where
// the payload is withheld the sum is too, which would tell short ones: then it
// is the length plus 2^31 alone. An ssid that is withheld is its length plus
// 2^13 alone. An addr is 00 for none; or 01 and four bytes of IPv4 address and
// two of port, most significant first; or 02 and a port alone. A deadline is the
// time that is left for it, rounded up, 0 for none.
//
// # Loss
//
// A reader tells what is missing:
//
//   - frames, by a gap in their numbers;
//   - bytes that are neither frame nor text, or the rest of a frame from a
//     record on that is not as specified;
//   - records, by a drop.
//
// A frame is the next one of the same recording if its number is one higher
// and its time that of the last record; a later one if its number and its time
// are higher. Otherwise another recording begins: at its start with number 0,
// and in its middle with any other. So files may be concatenated, and a board
// may be reset while its UART is being recorded. Times of a recording count on
// from the latest time of the one before.
//
// A window whose last piece is missing, or whose first, has status bit 20 and
// the bytes there are. Where the last piece is missing it has the time of the
// last record and no wait, ack or dur.
//
// # Compatibility
//
// Readers of later versions read this version. A writer of this version may
// append fields to the body of a record and use other tags below 40; a reader
// skips what it does not know by the length, and counts its time. Any other
// change is a new version, whose frames a reader of this version reports and
// does not read. Numbers of tags, lines, ops and status bits never change
// their meaning.
//
// # Example
//
// A board asks for the firmware's version and joins a network, which fails
// after two looks at the status. The file:
//
//	00 02 13 01 03 01 9c 01 01 01 1e 2a 36 fe 9c 97
//	17 01 05 62 6f 61 72 64 0b 6e 61 6e 6f 2d 72 70
//	32 30 34 30 62 27 fc 7f 00 00 03 13 01 04 82 dc
//	0b 06 c9 04 03 e0 37 02 ee 13 81 06 96 01 bf 12
//	0c ff 0b e0 b7 01 06 32 2e 30 2e 30 02 ee 03 03
//	92 09 2f 01 01 03 6c 61 62 08 01 07 06 80 90 df
//	c0 4a 01 14 ba 01 10 14 01 08 08 e0 11 02 03 6c
//	61 62 08 ee ff ff ff 03 84 28 06 cf 1b 82 da 0e
//	06 c9 04 03 e0 20 02 ee 0f 81 12 82 01 be 08 ff
//	06 e0 a0 01 01 01 ee 06 50 10 ec a9 68 01 02 2c
//	03 04 8b 10 05 01 01 07 74 69 6d 65 6f 75 74 d6
//	26 2b 9d 00
//
// The frames in it:
//
//	13 00 00                 version 1, ticks of 10^3 ns; frame 0; time 0
//
//	01 9c 00 00              start, a body of 28 bytes, at 0 µs
//	00 00 2a 36 fe 9c 97 17  2023-11-14 22:13:20
//	01                       one label
//	05 62 6f 61 72 64        "board"
//	0b 6e 61 6e 6f 2d 72 70 32 30 34 30  "nano-rp2040"
//
//	62 27 fc 7f              checksum
//
//	13 01 00                 version 1, ticks of 10^3 ns; frame 1; time 0
//
//	82                       whole window, MOSI is not one byte over and over
//	dc 0b 00 c9              gap 750 µs, no wait, ack 12 µs, dur 9 µs: selected at 750, over at 771
//	04                       4 bytes
//	03 e0 37 00 ee           MOSI: 3 bytes as they are, then one ee: GET_FW_VERSION
//	00                       MISO: 4 × 00
//
//	81                       whole window, MISO is not one byte over and over
//	06 96 01 bf 12           gap 3 µs, wait 150 µs, ack 11 µs, dur 15 or more: 18 µs; over at 953
//	0c                       12 bytes
//	ff                       MOSI: 12 × ff
//	0b e0 b7 01 06 32 2e 30 2e 30 00 ee 00  MISO: 11 bytes and one 00: "2.0.0"
//
//	03 92 00 2f              begin, a body of 18 bytes, 47 µs later: at 1000
//	01 01                    call 1, NetConnect
//	03 6c 61 62 08           ssid "lab", a passphrase of 8 bytes
//	00 00 06                 mode 0, auth 0, retries 3
//	80 90 df c0 4a 00        timeout_ns 10^10, watchdog_ns 0
//	00                       hostname ""
//
//	ba 01 10                 piece with MOSI, call 1, masked
//	14                       20 bytes
//	01 08 08                 one masked span, of 8 bytes after 8 others
//	e0 11 02 03 6c 61 62 08 ee ff ff ff  the others: SET_PASSPHRASE
//	00                       MISO: 20 × 00
//	84                       end of the window
//	28 00 cf 1b              gap 20 µs, no wait, ack 12 µs, dur 27 µs: over at 1059
//
//	82 da 0e 00 c9           whole window, selected at 2000, over at 2021
//	04 03 e0 20 00 ee 00     GET_CONN_STATUS
//	81 12 82 01 be           whole window, selected at 2160, over at 2185
//	08 ff 06 e0 a0 01 01 01 ee 00  its reply: 6 bytes and 2 × 00
//
//	50 10                    new exchange: the last but one remembered, and the last
//	ec a9 68                 gap longer by 98874 µs: 99815
//	00 00                    wait, ack, dur the same: over at 102021; gap the same
//	2c                       wait longer by 10 µs
//	00                       ack, dur the same: over at 102195
//
//	04 8b 00 05 01 01        end, 5 µs later: at 102200, of call 1, NetConnect
//	07 74 69 6d 65 6f 75 74  error "timeout"
//
//	d6 26 2b 9d              checksum
package capture
