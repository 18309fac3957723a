package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/capture/edit"
	"github.com/ninatrace/ninatrace/decode"
)

// A bound is where a cut begins or ends.
type bound struct {
	is boundKind
	at time.Duration
	n  int
}

type boundKind uint8

const (
	nowhere    boundKind = iota
	atTime               // at, since the start
	beforeEnd            // at, before the end
	atExchange           // number n
)

// parseBound reads a value of --from or --to.
func parseBound(s string) (bound, error) {
	if s == "" {
		return bound{}, nil
	}
	if number, ok := strings.CutPrefix(s, "#"); ok {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return bound{}, fmt.Errorf("%s is no number of an exchange, such as #120", s)
		}
		return bound{is: atExchange, n: n}, nil
	}
	at, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return bound{}, fmt.Errorf("%s is no time, such as 90s, 1m30s or -30s, and no exchange, such as #120", s)
	case strings.HasPrefix(s, "-"):
		return bound{is: beforeEnd, at: -at}, nil
	}
	return bound{is: atTime, at: at}, nil
}

// far reports whether one must have read the trace to know the time.
func (b bound) far() bool { return b.is == beforeEnd || b.is == atExchange }

// A cutting is from when to when a trace is cut.
type cutting struct{ from, to time.Duration }

// locate finds the times of the bounds, nil if there are none. Where the trace
// must be read for that, it can be read again.
func locate(in *joined, from, to bound) (*cutting, error) {
	if from.is == nowhere && to.is == nowhere {
		return nil, nil
	}
	c := &cutting{from: from.at, to: to.at}
	if to.is == nowhere {
		c.to = edit.End
	}
	if from.far() || to.far() {
		if err := in.failed(c.search(in, from, to)); err != nil {
			return nil, err
		}
	}
	if c.from > c.to {
		return nil, fmt.Errorf("the cut ends at %s, before it begins at %s", c.to, c.from)
	}
	return c, nil
}

// search reads the trace and sets the times of far bounds.
func (c *cutting) search(in *joined, from, to bound) error {
	if err := in.keep(); err != nil {
		return err
	}
	var sum decode.Summary
	err := each(decode.NewDecoder(in), func(ev *decode.Event) error {
		sum.Add(ev)
		ex := &ev.Exchange
		if ex.N != 0 && from.is == atExchange && ex.N == from.n {
			c.from = ex.Time
		}
		if ex.N != 0 && to.is == atExchange && ex.N == to.n {
			c.to = max(ex.Request.End(), ex.Reply.End())
		}
		return nil
	})
	if err != nil {
		return err
	}
	if n := max(from.n, to.n); n > sum.Exchanges {
		return fmt.Errorf("there is no exchange #%d, the trace has %s", n, count(sum.Exchanges, "exchange"))
	}
	if from.is == beforeEnd {
		c.from = max(sum.Duration-from.at, 0)
	}
	if to.is == beforeEnd {
		c.to = max(sum.Duration-to.at, 0)
	}
	in.rewind()
	return nil
}
