package diff

import (
	"fmt"
	"io"
	"time"
)

// context is how many equal steps are shown before and after a difference.
const context = 3

// A Printer writes differences for people, like a unified diff: "-" is a step
// of the first session only, "+" one of the second, both with number and time
// in their own session; equal steps, with both, are around them. One goroutine
// at a time may use it.
type Printer struct {
	w     io.Writer
	color bool

	before [context]held
	n      int // equal steps since the last difference
	begun  bool
}

// held is an equal step that may be shown later.
type held struct{ a, b Step }

// NewPrinter returns a Printer. color: with ANSI colours.
func NewPrinter(w io.Writer, color bool) *Printer { return &Printer{w: w, color: color} }

// Head writes the names of the sessions, which must be safe to print.
func (p *Printer) Head(a, b string) error {
	_, err := fmt.Fprintf(p.w, "--- %s\n+++ %s\n", a, b)
	return err
}

// The colours.
const (
	red   = "\x1b[31m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
	none  = "\x1b[0m"
)

// line writes a line.
func (p *Printer) line(color, text string) error {
	if p.color && color != "" {
		text = color + text + none
	}
	_, err := io.WriteString(p.w, text+"\n")
	return err
}

// Tell writes a difference, or remembers an equal step.
func (p *Printer) Tell(d *Difference) error {
	if d.Kind == Equal {
		return p.equal(d)
	}
	if err := p.open(d); err != nil {
		return err
	}
	p.n = 0
	slower := d.Kind == Slower
	if d.A != nil {
		if err := p.line(red, row('-', d.A, nil, slower)); err != nil {
			return err
		}
	}
	if d.B != nil {
		return p.line(green, row('+', nil, d.B, slower))
	}
	return nil
}

// equal writes the equal steps that follow a difference and remembers others.
func (p *Printer) equal(d *Difference) error {
	p.n++
	if p.begun && p.n <= context {
		return p.line("", row(' ', d.A, d.B, false))
	}
	p.before[p.n%context] = held{*d.A, *d.B}
	return nil
}

// open writes the equal steps before a difference, and, if steps are left out
// before them, where it is.
func (p *Printer) open(d *Difference) error {
	shown := 0
	if p.begun {
		shown = context
	}
	first := max(p.n-context, shown) + 1
	if first > shown+1 || !p.begun {
		if err := p.line(cyan, "@@ "+p.where(d, first)+" @@"); err != nil {
			return err
		}
	}
	p.begun = true
	for i := first; i <= p.n; i++ {
		h := &p.before[i%context]
		if err := p.line("", row(' ', &h.a, &h.b, false)); err != nil {
			return err
		}
	}
	return nil
}

// where says where in both sessions a difference is.
func (p *Printer) where(d *Difference, first int) string {
	a, b := d.A, d.B
	if first <= p.n {
		a, b = &p.before[first%context].a, &p.before[first%context].b
	}
	return "-" + moment(a) + " +" + moment(b)
}

// moment returns the time of a step.
func moment(s *Step) string {
	if s == nil {
		return "…"
	}
	return fmt.Sprintf("%.6fs", s.Time.Seconds())
}

// row returns the line of a step.
func row(mark byte, a, b *Step, wait bool) string {
	text := fmt.Sprintf("%c%s %s  ", mark, column(a), column(b))
	s := a
	if s == nil {
		s = b
	}
	if wait {
		text += s.Wait.Round(time.Microsecond).String() + "  "
	}
	return text + s.Text
}

// column returns number and time of a step.
func column(s *Step) string {
	switch {
	case s == nil:
		return fmt.Sprintf("%18s", "")
	case s.N == 0:
		return fmt.Sprintf("%5s %12.6f", "", s.Time.Seconds())
	}
	return fmt.Sprintf("%5d %12.6f", s.N, s.Time.Seconds())
}
