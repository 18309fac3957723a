package stats

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// TextOptions is how [Stats.Print] shows measurements.
type TextOptions struct {
	Width int  // columns of the terminal; the bars take what is left, at least 10
	ASCII bool // no block characters
}

// Print writes the measurements for people. Nothing in them comes from the
// trace but numbers, so that they are safe on a terminal.
func (s *Stats) Print(w io.Writer, o TextOptions) error {
	p := page{w: w, o: o}
	p.head(s)
	p.commands(s.Commands)
	p.time(&s.Time)
	p.polls(&s.Polls)
	p.sockets(s.Sockets)
	p.waits(s.Waits)
	return p.err
}

// A page writes tables until the first error.
type page struct {
	w   io.Writer
	o   TextOptions
	err error
}

func (p *page) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// table writes rows of cells that are separated by tabs, below a title. The
// columns are aligned to the right.
func (p *page) table(title string, rows []string) {
	if len(rows) == 0 || p.err != nil {
		return
	}
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range rows {
		fmt.Fprintln(tw, row+"\t")
	}
	tw.Flush()
	p.printf("\n%s\n", title)
	for line := range strings.Lines(b.String()) {
		p.printf("%s\n", strings.TrimRight(line, " \n"))
	}
}

func (p *page) head(s *Stats) {
	p.printf("exchanges  %d in %s\n", s.Exchanges, span(s.Time.Whole))
	if s.Repeats > 0 {
		p.printf("folded     %d of them, counted by the recorder without their times\n", s.Repeats)
	}
	if s.Filtered {
		p.printf("filtered   the recorder left out some of the traffic, which is not in these numbers\n")
	}
	if s.Incomplete {
		p.printf("incomplete records are missing, which are not in these numbers\n")
	}
}

func (p *page) commands(list []Command) {
	if len(list) == 0 {
		return
	}
	longest := 0
	for _, c := range list {
		longest = max(longest, len(c.Name))
	}
	name := strings.Repeat(" ", longest)
	waits := []string{name + "\tcount\tfailed\tp50\tp90\tp99\tmax"}
	durations := []string{name + "\tbytes out\tin\tp50\tp90\tp99\tmax"}
	for _, c := range list {
		name = fmt.Sprintf("%-*s", longest, c.Name)
		waits = append(waits, fmt.Sprintf("%s\t%d\t%d\t%s", name, c.Count, c.Failed, &c.Wait))
		durations = append(durations, fmt.Sprintf("%s\t%d\t%d\t%s", name, c.BytesOut, c.BytesIn, &c.Duration))
	}
	p.table("commands, and their waits for READY after the request", waits)
	p.table("their bytes, and the time from the request's select to the reply's deselect", durations)
}

// String returns the percentiles and the maximum, separated by tabs.
func (s *Spread) String() string {
	if s.Count == 0 {
		return "-\t-\t-\t-"
	}
	return span(s.P50) + "\t" + span(s.P90) + "\t" + span(s.P99) + "\t" + span(s.Max)
}

func (p *page) time(t *Time) {
	var rows []bar
	for _, r := range t.parts() {
		if r.time > 0 || r.always {
			rows = append(rows, bar{fmt.Sprintf("%-*s\t%s\t%s", partWidth, r.name, span(r.time), percent(uint64(r.time), uint64(t.Whole))), uint64(r.time)})
		}
	}
	p.bars("time: "+span(t.Whole)+", and what it was spent on", rows)
}

// A part of the time, with its name for people.
type part struct {
	name   string
	time   time.Duration
	always bool // shown even if it is none
}

// partWidth is the width of the longest name of a part.
const partWidth = len("pause between request and reply")

// parts lists the parts that sum to Whole.
func (t *Time) parts() []part {
	return []part{
		{"clocking", t.Clocking, true},
		{"waiting for READY", t.Ready, true},
		{"pause between request and reply", t.Between, true},
		{"pause before a poll", t.Polling, true},
		{"pause before other commands", t.Host, true},
		{"reset and boot", t.Boot, false},
		{"folded exchanges, all of it", t.Folded, false},
		{"records missing", t.Missing, false},
	}
}

func (p *page) polls(k *Polls) {
	if k.Count == 0 {
		return
	}
	p.printf("\npolls: %d, of which %d found nothing, %s", k.Count, k.Nothing, percent(k.Nothing, k.Count))
	if k.Payload > 0 {
		p.printf("; %.1f for each KiB of payload", k.PerPayload)
	}
	p.printf("\n")
}

func (p *page) waits(list []Bin) {
	var rows []bar
	for _, b := range list {
		name := span(b.From) + " –\t" + span(b.Below)
		switch {
		case b.From == 0:
			name = "below\t" + span(b.Below)
		case b.Below == 0:
			name = "from\t" + span(b.From)
		}
		if p.o.ASCII {
			name = strings.ReplaceAll(name, "–", "-")
		}
		rows = append(rows, bar{fmt.Sprintf("%s\t%d", name, b.Count), b.Count})
	}
	p.bars("waits of all commands", rows)
}

// percent returns a share of a whole.
func percent(part, whole uint64) string {
	if whole == 0 {
		return "0.0 %"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

// span shows a duration with three digits or so.
func span(d time.Duration) string {
	for _, u := range [...]struct {
		unit time.Duration
		name string
	}{{time.Second, "s"}, {time.Millisecond, "ms"}, {time.Microsecond, "µs"}} {
		switch {
		case d >= 100*u.unit:
			return fmt.Sprintf("%.0f%s", float64(d)/float64(u.unit), u.name)
		case d >= 10*u.unit:
			return fmt.Sprintf("%.1f%s", float64(d)/float64(u.unit), u.name)
		case d >= u.unit:
			return fmt.Sprintf("%.2f%s", float64(d)/float64(u.unit), u.name)
		}
	}
	return fmt.Sprintf("%dns", int64(d))
}
