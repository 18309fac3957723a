package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/filter"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A selection is the flags by which a verb shows a part of a trace.
type selection struct {
	filter string
	cmds   []string
	socks  []uint
	since  string
	until  string
	errors bool
}

// selectionFlags adds the flags of a selection to a verb.
func selectionFlags(cmd *cobra.Command) *selection {
	s := new(selection)
	f := cmd.Flags()
	f.StringVar(&s.filter, "filter", "", "expression that is true of what is shown; see ninatrace fields")
	f.StringSliceVar(&s.cmds, "cmd", nil, "exchanges of these commands, by name or number")
	f.UintSliceVar(&s.socks, "sock", nil, "exchanges that name these slots or descriptors")
	f.StringVar(&s.since, "since", "", "what happened since a time (90s) or an exchange (#120)")
	f.StringVar(&s.until, "until", "", "what happened until then, in the same way")
	f.BoolVar(&s.errors, "errors", false, "what did not go well")
	_ = cmd.RegisterFlagCompletionFunc("cmd", cobra.FixedCompletions(commandNames(), cobra.ShellCompDirectiveNoFileComp)) // made above
	return s
}

// commandNames are the names of all commands.
func commandNames() (names []string) {
	for c := wire.Command(0); c < wire.ReplyBit; c++ {
		if name := c.Name(wire.Arduino); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// short returns the short flags, each with the filter it is short for.
func (s *selection) short() (filters [][2]string) {
	var names, codes []string
	for _, c := range s.cmds {
		if n, err := strconv.ParseUint(c, 0, 8); err == nil {
			codes = append(codes, strconv.FormatUint(n, 10))
		} else {
			names = append(names, strconv.Quote(strings.ToUpper(c)))
		}
	}
	if len(s.cmds) > 0 {
		text := fmt.Sprintf("cmd in [%s] || code in [%s]", strings.Join(names, ", "), strings.Join(codes, ", "))
		filters = append(filters, [2]string{"--cmd", text})
	}
	if len(s.socks) > 0 {
		text := "sock in " + strings.ReplaceAll(fmt.Sprint(s.socks), " ", ", ")
		filters = append(filters, [2]string{"--sock", text})
	}
	if s.errors {
		filters = append(filters, [2]string{"--errors", "error"})
	}
	return filters
}

// choose makes what the flags choose, of no trace yet. Its errors are of usage.
func (s *selection) choose(cmd *cobra.Command) (*chosen, error) {
	c := new(chosen)
	for _, b := range []struct {
		flag, value string
		to          *bound
	}{{"--since", s.since, &c.since}, {"--until", s.until, &c.until}} {
		var err error
		switch *b.to, err = parseBound(b.value); {
		case err != nil:
			return nil, usage(cmd, "%s %w", b.flag, err)
		case b.to.is == beforeEnd:
			return nil, usage(cmd, "%s %s: where the end is, is not known before; give a time since the start", b.flag, b.value)
		}
	}
	if s.filter != "" {
		f, err := filter.New(s.filter)
		if err != nil {
			return nil, &hintedError{fmt.Errorf("--filter: %w", err), "ninatrace fields lists the fields, with examples"}
		}
		c.Filters = append(c.Filters, f)
	}
	for _, short := range s.short() {
		f, err := filter.New(short[1])
		if bad := (*filter.Error)(nil); errors.As(err, &bad) {
			bad.Column = 0 // in a text that the user has not written
			return nil, usage(cmd, "%s: %w", short[0], bad)
		}
		c.Filters = append(c.Filters, f)
	}
	return c, nil
}

// A chosen is the events that a selection has chosen.
type chosen struct {
	filter.Filtered
	dec          events
	since, until bound
	start        func(*capture.Record) // told of every start, also of those not chosen; may be nil
	n            int                   // of the exchange that was read last
	begun        bool                  // since is over
}

// from says whose events they are.
func (c *chosen) from(dec events) {
	c.dec = dec
	c.Source = within{c}
	c.begun = c.since.is == nowhere
}

// within are the events of a chosen between its bounds.
type within struct{ *chosen }

// Next implements events.
func (c within) Next(ev *decode.Event) error {
	for {
		if c.until.is == atExchange && c.n >= c.until.n {
			return io.EOF
		}
		if err := c.dec.Next(ev); err != nil {
			return err
		}
		if c.start != nil && ev.Exchange.N == 0 && ev.Record.Kind == capture.KindStart {
			c.start(&ev.Record)
		}
		at := eventTime(ev)
		if ev.Exchange.N != 0 {
			c.n = ev.Exchange.N
			if c.until.is == atTime && at > c.until.at {
				return io.EOF // later ones are later
			}
		}
		c.begun = c.begun || c.since.is == atExchange && c.n >= c.since.n || c.since.is == atTime && at >= c.since.at
		if c.begun && (c.until.is != atTime || at <= c.until.at) {
			return nil
		}
	}
}

// eventTime returns when an event was.
func eventTime(ev *decode.Event) time.Duration {
	if ev.Exchange.N != 0 {
		return ev.Exchange.Time
	}
	return ev.Record.Time
}
