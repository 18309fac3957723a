package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ninatrace/ninatrace/decode"
)

// How often the status line changes, and over what its rate is taken; and how
// long a line may be silent before that is told.
const (
	statusEvery = 250 * time.Millisecond
	rateOver    = time.Second
	silence     = 3 * time.Second
)

// A reporter tells how a capture goes: the status line, and what may be wrong.
type reporter struct {
	view   *view
	screen *screen
	source string // the port as the user named it
	baud   int    // of a serial port, else 0
	start  time.Time
	begun  bool         // the capture has
	came   atomic.Int64 // bytes of the line
	lost   atomic.Int64 // when the line was lost, in ns since 1970; 0: it is there

	told  [2]bool // nothing comes; no frame comes
	since time.Time
	mark  time.Time // when the rate was taken, and the bytes there were then
	count int64
	rate  float64
}

// run reports until done is closed.
func (r *reporter) run(done <-chan struct{}) {
	tick := time.NewTicker(statusEvery)
	defer tick.Stop()
	r.mark = r.start
	for {
		select {
		case <-done:
			return
		case now := <-tick.C:
			g := r.view.glance()
			r.advise(now, &g)
			r.measure(now, r.came.Load())
			r.screen.status(r.status(now, &g))
		}
	}
}

// measure takes the rate.
func (r *reporter) measure(now time.Time, bytes int64) {
	if d := now.Sub(r.mark); d >= rateOver {
		r.rate = float64(bytes-r.count) / d.Seconds()
		r.mark, r.count = now, bytes
	}
}

// status returns the status line.
func (r *reporter) status(now time.Time, g *glance) string {
	line := fmt.Sprintf("%s  %s  %s  %s/s", clock(now.Sub(r.start)), count(g.exchanges, "exchange"), size(float64(r.came.Load())), size(r.rate))
	if lost := lostOf(g.lost); lost != "" {
		line += "  lost: " + lost
	}
	if at := r.lost.Load(); at != 0 {
		line += fmt.Sprintf("  the line is lost for %s", clock(now.Sub(time.Unix(0, at))))
	}
	return line
}

// advise tells once what may be wrong when there is no trace.
func (r *reporter) advise(now time.Time, g *glance) {
	bytes := r.came.Load()
	if bytes > 0 && r.since.IsZero() {
		r.since = now
	}
	switch {
	case g.frames || r.lost.Load() != 0:
	case bytes == 0 && !r.told[0] && now.Sub(r.start) >= silence && r.source != "-":
		r.told[0] = true
		r.screen.warn("nothing comes from %s: does the program of the board run, and is it this port? ninatrace ports lists them", r.source)
	case bytes > 0 && !r.told[1] && now.Sub(r.since) >= silence:
		r.told[1] = true
		r.screen.warn("%s", r.noFrame(g))
	}
}

// noFrame says what bytes may be in which there is no frame.
func (r *reporter) noFrame(g *glance) string {
	switch {
	case r.view.log:
		return "text comes but no COMMAND: of nina-fw: the board must send SET_DEBUG with 1 first"
	case 2*g.texts > r.came.Load():
		return "console text comes but no frame of a trace: does the program record, and to this port?"
	case r.baud != 0:
		return fmt.Sprintf("bytes come but no frame of a trace: is %d the baud rate of the board?", r.baud)
	}
	return "bytes come but no frame of a trace: is that what " + r.source + " sends?"
}

// summary returns what was captured, in one line.
func summary(name string, took time.Duration, bytes int64, g *glance) string {
	text := fmt.Sprintf("%s: %s, %s, %s in %s", name, count(g.exchanges, "exchange"), count(g.calls, "driver call"), count(bytes, "byte"), took.Round(10*time.Millisecond))
	if lost := lostOf(g.lost); lost != "" {
		return text + "; lost: " + lost
	}
	return text + "; nothing lost"
}

// lostOf lists what is lost. That a capture begins inside a recording is none.
func lostOf(l decode.Lost) string {
	l.Joined, l.Cut = false, false
	return lostParts(&l)
}

// clock returns a time as "1:02:03", without hours if there are none.
func clock(d time.Duration) string {
	s := int(d.Seconds())
	if s < 3600 {
		return fmt.Sprintf("%02d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// size returns a number of bytes as "12.3 kB".
func size(n float64) string {
	if n < 1000 {
		return fmt.Sprintf("%.0f B", n)
	}
	units := []string{"kB", "MB", "GB"}
	for n /= 1000; n >= 1000 && len(units) > 1; n /= 1000 {
		units = units[1:]
	}
	return fmt.Sprintf("%.1f %s", n, units[0])
}
