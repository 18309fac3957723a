package probe

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// The pace is taken from so many exchanges, or from as many as there are in
// the time.
const (
	paceExchanges = 200
	paceTime      = 2 * time.Second
)

// pace measures how fast trivial exchanges are, and how long each waits for
// READY.
func pace(p *prober) (string, error) {
	before, start, n := p.dev.Stats(), time.Now(), 0
	for ; n < paceExchanges && time.Since(start) < paceTime; n++ {
		if _, err := p.dev.Status(); err != nil {
			return "", err
		}
	}
	took := time.Since(start)
	waited := (p.dev.Stats().Waited - before.Waited) / time.Duration(n)
	return fmt.Sprintf("%.0f exchanges/s, each waiting %v for READY",
		float64(n)/took.Seconds(), waited.Round(time.Microsecond)), nil
}

// faults tells what the driver had to mend. What the probe has provoked on the
// bare bus it has mended itself.
func faults(p *prober) (string, error) {
	s := p.dev.Stats()
	var found []string
	for _, f := range []struct {
		n    uint32
		what string
	}{
		{s.Retries, "asked again"},
		{s.Resyncs, "got back in step"},
		{s.Resets - 1, "reset the module"}, // beyond the one it starts with
	} {
		if f.n > 0 {
			found = append(found, f.what+" "+times(int(f.n)))
		}
	}
	if found != nil {
		return "", errors.New("the driver " + strings.Join(found, ", "))
	}
	return fmt.Sprintf("none in %d exchanges", s.Exchanges), nil
}
