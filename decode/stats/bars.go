package stats

import (
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// A bar is a row of a histogram: cells, separated by tabs, and how long the bar
// behind them is.
type bar struct {
	cells string
	n     uint64
}

// The width of the longest bar, on a narrow terminal and on a wide one.
const (
	minBar = 10
	maxBar = 50
)

// bars writes a histogram. The longest bar takes what is left of the width.
func (p *page) bars(title string, rows []bar) {
	if len(rows) == 0 {
		return
	}
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	most := uint64(0)
	for _, r := range rows {
		tw.Write([]byte(r.cells + "\t\n"))
		most = max(most, r.n)
	}
	tw.Flush()
	p.printf("\n%s\n", title)
	i := 0
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		room := min(max(p.o.Width-utf8.RuneCountInString(line)-2, minBar), maxBar)
		p.printf("%s\n", strings.TrimRight(line+"  "+p.blocks(rows[i].n, most, room), " "))
		i++
	}
}

// eighths are the block characters of one to eight eighths of a column.
var eighths = []rune("▏▎▍▌▋▊▉█")

// blocks returns a bar for n where the bar for most has the whole width. What
// is not 0 is seen.
func (p *page) blocks(n, most uint64, width int) string {
	if n == 0 {
		return ""
	}
	exact := float64(n) / float64(most) * float64(width)
	if p.o.ASCII {
		return strings.Repeat("#", max(int(exact+0.5), 1))
	}
	parts := max(int(exact*8+0.5), 1)
	s := strings.Repeat("█", parts/8)
	if rest := parts % 8; rest > 0 {
		s += string(eighths[rest-1])
	}
	return s
}
