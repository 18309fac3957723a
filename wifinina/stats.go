package wifinina

import "time"

// Stats counts what a Device has done since New. The counters wrap around.
type Stats struct {
	Exchanges uint32        // requests with their replies, good or not
	Retries   uint32        // questions that were asked again because the reply was damaged
	Resyncs   uint32        // selects without clocks, to get back in step
	Resets    uint32        // of the coprocessor, that of the first NetConnect included
	Rejoins   uint32        // networks that were joined again without being told to
	Sent      uint64        // bytes of requests, padding included
	Received  uint64        // bytes of replies, as far as they were clocked
	Waited    time.Duration // for READY before and after requests
}

// Stats returns the counters as they are. Any goroutine may call it.
func (d *Device) Stats() Stats {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stats
}

// count changes the counters.
func (d *Device) count(f func(s *Stats)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f(&d.stats)
}
