package replay

import (
	"testing"
)

// BenchmarkReplay replays a session of short exchanges and one of bulk data.
func BenchmarkReplay(b *testing.B) {
	to := echoServer(b)
	words := make([]string, 500)
	for i := range words {
		words[i] = "hello"
	}
	for name, file := range map[string][]byte{
		"polls":   record(b, echoes(b, to, words...)),
		"overlap": record(b, overlap(b, to)),
	} {
		b.Run(name, func(b *testing.B) {
			trace := load(b, file)
			b.ReportAllocs()
			exchanges := 0
			for range b.N {
				r := trace.Replay(driver)
				requireOK(b, r)
				exchanges += r.Exchanges
			}
			b.ReportMetric(float64(exchanges)/b.Elapsed().Seconds(), "exchanges/s")
		})
	}
}
