package main

import (
	"bufio"
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/ledger"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

func newSockets() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "sockets FILE",
		Short: "List the sockets of a trace: peers, bytes, who closed them",
		Long: `sockets lists every use of a socket in a trace, each when it is over: what it
was, its slot or BSD-style descriptor, when it was opened, by which exchange and
call of the driver, the peer, the bytes of payload sent and received ("48/1" is
48 bytes in one datagram), how long it lasted and who ended it. The number in
front is what follow --sock takes.

It is what the wire shows. A peer that was never told is "-"; a + behind it says
that there were others. leaked: it was open still at a reset, at the end of the
trace, or when its slot was given out again. lives on: its slot is free but the
firmware's socket is not, as it is with a listener and STOP_CLIENT_TCP.

Whatever the trace holds, the exit status is 0. It is 2 if there is no trace in
FILE.`,
		Example: `  ninatrace sockets session.nina
  ninatrace sockets --json session.nina | jq 'select(.leaked)'`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeOutput(cmd, "-", func(out *bufio.Writer) error {
				t := &socketTable{out: out, color: colorful(cmd.OutOrStdout())}
				print := t.line
				if asJSON {
					print = func(c *ledger.Conversation) error { return printLine(out, c) }
				}
				return withTrace(cmd, args[0], out, func(dec *decode.Decoder) error {
					return eachStep(dec, func(ev *ledger.Event) error {
						if ev.Kind != ledger.EventClosed {
							return nil
						}
						return print(ev.Conv)
					})
				})
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object for each socket, see docs/json.md")
	return cmd
}

// eachStep calls do with every event of the ledger of a trace. What is missing
// from the trace is in them.
func eachStep(dec events, do func(*ledger.Event) error) error {
	var failed error
	led := ledger.New(func(ev *ledger.Event) {
		if failed == nil {
			failed = do(ev)
		}
	})
	err := each(dec, func(ev *decode.Event) error {
		led.Add(ev)
		return failed
	})
	if err != nil {
		return err
	}
	led.Close()
	return failed
}

// A socketTable prints sockets.
type socketTable struct {
	out   *bufio.Writer
	color bool
	lines int
}

// socketRow is the columns of the table. They are as wide as they need to be
// mostly: a line is printed before the next is known.
const socketRow = "%3s  %-9s  %-7s  %13s  %-14s  %-34s  %10s  %10s  %8s  %s\n"

// line prints a socket for people, the first below a heading.
func (t *socketTable) line(c *ledger.Conversation) error {
	if t.lines++; t.lines == 1 {
		fmt.Fprintf(t.out, socketRow, "#", "kind", "socket", "opened", "by", "peer", "sent", "received", "lasted", "ended by")
	}
	start, stop := "", ""
	if t.color && (c.Leaked || c.Cause == ledger.Failed) {
		start, stop = yellow, plain
	}
	_, err := fmt.Fprintf(t.out, start+socketRow, strconv.Itoa(c.ID), c.Kind, fmt.Sprintf("%s %d", c.Engine, c.Sock),
		fmt.Sprintf("%.9f", c.Opened.Time.Seconds()), opened(c), peerText(c), amount(c.Sent, c.SentDatagrams),
		amount(c.Received, c.ReceivedDatagrams), rough(c.Lasted()), endText(c)+stop)
	return err
}

// opened returns the exchange that shows that a socket is there, with the
// driver call it was made for; one that was there before has a ≤ in front.
func opened(c *ledger.Conversation) string {
	text := fmt.Sprintf("#%d", c.Opened.Exchange)
	if c.Opening == ledger.NotSeen {
		text = "≤" + text
	}
	if c.Opened.Op != bus.OpNone {
		text += " " + c.Opened.Op.String()
	}
	return text
}

// peerText returns the peer of a socket; of a server its own port.
func peerText(c *ledger.Conversation) string {
	text := "-"
	switch {
	case c.Addr.IsValid():
		text = netip.AddrPortFrom(c.Addr, c.Port).String()
	case c.Port != 0:
		text = fmt.Sprintf(":%d", c.Port)
	}
	if c.ManyPeers {
		text += " +"
	}
	if c.Host != "" {
		text += " " + clean(c.Host)
	}
	if c.Local != 0 {
		text += fmt.Sprintf(" (port %d)", c.Local)
	}
	return text
}

// amount returns bytes, and in how many datagrams.
func amount(bytes, datagrams int64) string {
	if datagrams == 0 {
		return strconv.FormatInt(bytes, 10)
	}
	return fmt.Sprintf("%d/%d", bytes, datagrams)
}

// endText returns who ended a socket, and what is wrong with that.
func endText(c *ledger.Conversation) string {
	text := c.Cause.String()
	if c.Ended.Exchange != 0 {
		text += fmt.Sprintf(" #%d", c.Ended.Exchange)
	}
	if c.Ended != c.Closed && c.Closed.Exchange != 0 {
		text += fmt.Sprintf(", closed #%d", c.Closed.Exchange)
	}
	for _, note := range []struct {
		is   bool
		text string
	}{{c.Leaked, "leaked"}, {c.LivesOn, "lives on"}, {c.Gaps > 0, "bytes missing"}, {c.Opening == ledger.Unanswered, "may never have been open"}} {
		if note.is {
			text += ", " + note.text
		}
	}
	return text
}

// rough returns a duration in few digits.
func rough(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%.0fms", d.Seconds()*1e3)
	}
	return fmt.Sprintf("%.0fµs", d.Seconds()*1e6)
}
