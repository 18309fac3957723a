// Package text is the line form of a trace: one record a line, to be compared
// with diff, searched with grep and changed by hand. Nothing is lost: [Writer]
// writes the records of a trace, [Reader] reads the same records back.
//
// # Lines
//
// The first line is
//
//	ninatrace text 1
//
// Empty lines and those that begin with # are skipped. Every other line is a
// record: its kind, its time, and its fields in the order given here, with
// single blanks between. A field in brackets is left out where it says nothing.
//
//	recording TIME tick=NS
//	start TIME [wall=WALL] [QUOTED=QUOTED]...
//	window TIME [call=N] wait=NS ack=NS dur=NS [status=STATUS] mosi <BYTES> miso <BYTES> [omitted=N]
//	pin TIME LINE LEVEL [call=N]
//	begin TIME call=N OP [NAME=VALUE]...
//	end TIME call=N OP ok [NAME=VALUE]...
//	end TIME call=N OP error=QUOTED
//	wait TIME LEVEL wait=NS [status=STATUS] [call=N]
//	note TIME QUOTED
//	text TIME QUOTED
//	loss TIME [frames=N] [bytes=N] [records=N] [span=NS] [joined] [cut]
//	repeat TIME [n=N] [span=NS]
//
// A recording line says where another recording begins in the stream and what
// its tick is; all times of the stream count from the start of the first. What
// the kinds mean is told by capture.Record.
//
//	TIME    seconds and nine digits behind the point: 12.345678901
//	NS      a span in nanoseconds
//	N       a number, decimal
//	WALL    RFC 3339, UTC: 2026-01-02T03:04:05.678Z
//	QUOTED  a Go string in double quotes; what is no printable character of
//	        UTF-8 is escaped
//	LEVEL   high or low
//	LINE    READY, RESETN, GPIO0, STRAP (GPIO0 driven by the host), FLOAT
//	        (released by it), or pinN
//	STATUS  wait-timeout, ack-timeout, failed, unselected, masks, incomplete,
//	        miso-masks, bit7, with commas between; masks and miso-masks are
//	        never said of a window, whose bytes tell
//	BYTES   two hexadecimal digits each, blanks between; XX*N is a run of N,
//	        xx*N a run of N that were withheld; both directions have as many
//	OP      the Go name of the driver's method, or opN
//
// # Arguments and results
//
// NAME and the order are those of bus.OpSpec. A VALUE is, by what it is:
//
//	integer   decimal
//	text      QUOTED; masked:N for one of N bytes that was withheld
//	length    of a secret or buffer: decimal
//	payload   N:SUM, length and CRC-32 as 8 hexadecimal digits; N:masked where
//	          the sum was withheld; 0 for none
//	address   none, 192.0.2.1:80, or :80 for a port alone
//	deadline  NS that are left, 0 for none
package text
