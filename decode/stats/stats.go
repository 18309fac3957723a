// Package stats measures a trace: how often each command was sent and how long
// it took, what the time of the bus was spent on, what the sockets carried, and
// how many polls found nothing. It works in one pass and its memory does not
// grow with the trace.
package stats

import (
	"cmp"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// Stats is what was measured, the same as JSON.
type Stats struct {
	Exchanges  uint64    `json:"exchanges"`  // Repeats are among them
	Repeats    uint64    `json:"repeats"`    // counted by the recorder and not recorded: they have no times
	Filtered   bool      `json:"filtered"`   // the recorder left out some of the traffic by choice: so do the numbers
	Incomplete bool      `json:"incomplete"` // records are missing from the trace
	Commands   []Command `json:"commands"`   // the most frequent first
	Time       Time      `json:"time"`
	Polls      Polls     `json:"polls"`
	Sockets    []Socket  `json:"sockets"` // by number, slots first
	Waits      []Bin     `json:"waits"`   // of all commands, without the empty bins at both ends
}

// A Command is what is known of all exchanges of one command.
type Command struct {
	Name     string `json:"name"`
	Count    uint64 `json:"count"`     // repeats among them
	Failed   uint64 `json:"failed"`    // error reply, no reply, malformed
	BytesOut int64  `json:"bytes_out"` // clocked in requests, padding included
	BytesIn  int64  `json:"bytes_in"`  // clocked in replies
	Wait     Spread `json:"wait"`      // Exchange.Wait
	Duration Spread `json:"duration"`  // from the request's select to the reply's deselect
}

// A Spread is how durations are spread. The percentiles are within 1/64 of the
// true ones, see [Histogram].
type Spread struct {
	Count uint64        `json:"count"` // exchanges that were timed: answered and no repeats
	P50   time.Duration `json:"p50_ns"`
	P90   time.Duration `json:"p90_ns"`
	P99   time.Duration `json:"p99_ns"`
	Max   time.Duration `json:"max_ns"` // exact
}

func (h *Histogram) spread() Spread {
	return Spread{h.Count(), h.Percentile(50), h.Percentile(90), h.Percentile(99), h.Max()}
}

// Polls is how much of the traffic asked whether something had happened.
type Polls struct {
	Count      uint64  `json:"count"`
	Nothing    uint64  `json:"nothing"`         // those that found nothing, or nothing new
	Payload    int64   `json:"payload_bytes"`   // what all sockets carried, both ways
	PerPayload float64 `json:"nothing_per_kib"` // Nothing for each KiB of Payload, 0 if there is none
}

// A Collector makes Stats of the events of one decoder. One goroutine at a time
// may use it.
type Collector struct {
	clock    clock
	commands map[string]*command
	waits    bins
	polls    decode.Polls
	sockets  sockets
	sum      Stats
	last     *command // of the exchange before, which may be repeated
	out, in  int64    // its bytes
	failed   bool
}

// command is a Command being measured.
type command struct {
	Command
	wait, duration Histogram
}

// New returns a Collector of what dec will say. It observes dec.
func New(dec *decode.Decoder) *Collector {
	c := &Collector{commands: map[string]*command{}}
	c.sockets.init()
	dec.Observe(c.clock.record)
	return c
}

// Of reads a decoder to its end and measures it. On an error of the decoder it
// returns what was measured until then, too.
func Of(dec *decode.Decoder) (*Stats, error) {
	c := New(dec)
	var ev decode.Event
	for {
		err := dec.Next(&ev)
		if err == io.EOF {
			return c.Stats(), nil
		}
		if err != nil {
			return c.Stats(), err
		}
		c.Add(&ev)
	}
}

// Add counts an event. It keeps nothing of it.
func (c *Collector) Add(ev *decode.Event) {
	c.sockets.ledger.Add(ev)
	if ev.Exchange.N != 0 {
		c.exchange(&ev.Exchange)
		return
	}
	switch rec := &ev.Record; rec.Kind {
	case capture.KindRepeat:
		c.repeat(rec.Repeat.N)
	case capture.KindLoss:
		c.sum.Incomplete = true
	case capture.KindStart:
		for _, l := range rec.Labels {
			c.sum.Filtered = c.sum.Filtered || l.Key == capture.FilterLabel
		}
	}
}

func (c *Collector) exchange(ex *decode.Exchange) {
	cmd := c.command(ex.Name())
	c.last, c.out, c.in = cmd, int64(len(ex.Request.Bytes)), int64(len(ex.Reply.Bytes))
	c.failed = ex.Status != decode.OK
	c.count(cmd, 1)
	if ex.Request.Bytes != nil && ex.Reply.Bytes != nil {
		cmd.wait.Add(ex.Wait)
		cmd.duration.Add(ex.Reply.End() - ex.Time)
		c.waits.add(ex.Wait)
	}
	c.poll(c.polls.Add(ex), 1)
}

// repeat counts what the recorder counted: the exchange before, again.
func (c *Collector) repeat(n uint64) {
	if c.last == nil {
		return
	}
	c.sum.Repeats += n
	c.count(c.last, n)
	c.poll(c.polls.Again(), n)
}

// count counts n exchanges of a command.
func (c *Collector) count(cmd *command, n uint64) {
	c.sum.Exchanges += n
	cmd.Count += n
	cmd.BytesOut += int64(n) * c.out
	cmd.BytesIn += int64(n) * c.in
	if c.failed {
		cmd.Failed += n
	}
}

func (c *Collector) poll(what decode.Polled, n uint64) {
	switch what {
	case decode.PolledNothing:
		c.sum.Polls.Nothing += n
		c.sum.Polls.Count += n
	case decode.PolledFound:
		c.sum.Polls.Count += n
	}
}

func (c *Collector) command(name string) *command {
	cmd := c.commands[name]
	if cmd == nil {
		cmd = &command{Command: Command{Name: name}}
		c.commands[name] = cmd
	}
	return cmd
}

// Stats ends the measuring and returns what was measured.
func (c *Collector) Stats() *Stats {
	s := c.sum
	s.Time = c.clock.total()
	s.Commands = []Command{}
	for _, name := range slices.Sorted(maps.Keys(c.commands)) {
		cmd := c.commands[name]
		cmd.Wait, cmd.Duration = cmd.wait.spread(), cmd.duration.spread()
		s.Commands = append(s.Commands, cmd.Command)
	}
	slices.SortStableFunc(s.Commands, func(a, b Command) int { return cmp.Compare(b.Count, a.Count) })
	s.Waits = c.waits.list()
	s.Sockets = c.sockets.list()
	for _, k := range s.Sockets {
		s.Polls.Payload += k.Sent + k.Received
	}
	if s.Polls.Payload > 0 {
		s.Polls.PerPayload = float64(s.Polls.Nothing) * 1024 / float64(s.Polls.Payload)
	}
	return &s
}
