package logic

import (
	"strings"
	"time"
)

// A calendar reads the times of the files of one recording, which are all
// seconds since it began or all dates, as Logic 2 writes them when it is asked
// for ISO 8601. The zero calendar takes the first that comes.
type calendar struct {
	seconds bool      // times are in seconds
	dates   bool      // times are dates
	base    time.Time // the first date, which stands for 0
}

// parse returns what a time in a file stands for.
func (c *calendar) parse(s string) (time.Duration, bool) {
	if !c.dates {
		at, ok := seconds(s)
		c.seconds = c.seconds || ok
		if ok || c.seconds {
			return at, ok
		}
	}
	date, ok := isoTime(s)
	if !ok {
		return 0, false
	}
	if !c.dates {
		c.dates, c.base = true, date
	}
	at := date.Sub(c.base)
	return at, at >= -maxTime && at <= maxTime
}

// want says what parse takes.
func (c *calendar) want() string {
	if c.dates {
		return "a date and time such as 2024-02-29T12:00:00.000000001Z"
	}
	return "a time in seconds"
}

// isoTime parses a date and time of ISO 8601, in UTC where no zone is told.
func isoTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z0700"} {
		if at, err := time.Parse(layout, strings.Replace(s, " ", "T", 1)); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
