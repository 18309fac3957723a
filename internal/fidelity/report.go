package fidelity

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Report prints how each recording compares, and all together, and returns
// how many replies are different.
func Report(w io.Writer, results []Result) int {
	var all Result
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "recording\tcompared\tequal\texcused\tdifferent\t")
	for _, r := range results {
		row(table, r)
		for v, n := range r.Count {
			all.Count[v] += n
		}
	}
	all.Name = "all"
	row(table, all)
	table.Flush()
	for _, r := range results {
		r.details(w)
	}
	return all.Count[Different]
}

func row(w io.Writer, r Result) {
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t\n", r.Name, r.Compared(), r.Count[Equal], r.Count[Excused], r.Count[Different])
}

// details prints what was excused and every difference.
func (r Result) details(w io.Writer) {
	var used []string
	for i := range rules {
		if n := r.Rules[rules[i].name]; n > 0 {
			used = append(used, fmt.Sprintf("%d times %s", n, rules[i].name))
		}
	}
	if slices.Sort(used); len(used) > 0 {
		fmt.Fprintf(w, "\n%s: excused %s\n", r.Name, strings.Join(used, ", "))
	}
	for _, d := range r.Differences {
		fmt.Fprintf(w, "\n%s, exchange %d at %.6f s: %s\n", r.Name, d.N, d.At.Seconds(), d.Command)
		fmt.Fprintf(w, "  request  %x\n  recorded %s\n  emulator %s\n", d.Request, shown(d.Want), shown(d.Got))
		for _, what := range d.World {
			fmt.Fprintf(w, "  before it: %s\n", what)
		}
	}
}

// shown returns a reply in hex.
func shown(reply []byte) string {
	if reply == nil {
		return "no reply"
	}
	return fmt.Sprintf("%x", reply)
}
