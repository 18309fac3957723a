package pcapng

import (
	"math"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// A clock converts times of a trace to the wall clock. The zero clock counts
// from 1970-01-01.
type clock struct {
	wall  int64 // nanoseconds since 1970
	start time.Duration
}

// set takes the wall clock of a start record, if it has one.
func (c *clock) set(rec *capture.Record) {
	if !rec.Wall.IsZero() {
		c.wall, c.start = rec.Wall.UnixNano(), rec.Time
	}
}

// at returns nanoseconds since 1970, from 0 to the year 2262.
func (c *clock) at(t time.Duration) uint64 {
	d := int64(t - c.start)
	switch {
	case d > 0 && c.wall > math.MaxInt64-d:
		return math.MaxInt64
	case d < 0 && c.wall < math.MinInt64-d:
		return 0
	}
	return uint64(max(c.wall+d, 0))
}
