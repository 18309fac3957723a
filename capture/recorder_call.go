package capture

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Begin implements [bus.Tracer].
func (r *Recorder) Begin(c bus.Call) bus.CallID {
	var id bus.CallID
	if r.tracer != nil {
		id = r.tracer.Begin(c)
	}
	kept := Call{Call: c, SecretLen: len(c.Secret), DataLen: len(c.Data), DataSum: checksum(c.Data)}
	kept.TextMasked = r.hide && c.Op == bus.OpNetConnect
	r.mu.Lock()
	if r.tracer == nil {
		r.nextID++
		id = bus.CallID(r.nextID)
	}
	now := r.now()
	if !c.Deadline.IsZero() {
		kept.Wait = r.until(now, c.Deadline)
	}
	r.frames.begin(now, uint32(id), &kept, r.tick)
	r.unlock()
	return id
}

// until returns the time from now until a deadline, rounded up to whole ticks,
// one at least.
func (r *Recorder) until(now uint64, deadline time.Time) time.Duration {
	left := min(deadline.Sub(r.at(now)), longest-r.tick) + r.tick - 1
	return max(left/r.tick*r.tick, r.tick)
}

// End implements [bus.Tracer].
func (r *Recorder) End(id bus.CallID, op bus.Op, res bus.Result) {
	if r.tracer != nil {
		r.tracer.End(id, op, res)
	}
	kept := Result{Result: res, DataLen: len(res.Data), DataSum: checksum(res.Data)}
	if res.Err != nil {
		kept.Err = errorText(res.Err)
	}
	r.mu.Lock()
	r.frames.finished(r.now(), uint32(id), op, &kept)
	r.unlock()
}

// errorText returns what an error says, and never nothing.
func errorText(err error) string {
	if s := err.Error(); s != "" {
		return s
	}
	return "error"
}
