// Package bench measures what recording costs a driver and how fast a trace is
// read. It is a module of its own, so that what it compares with is no
// dependency of ninatrace.
//
//	go test -bench . ./...
//
// Bars, on a PC: recording adds at most 150 ns to a transaction and allocates
// nothing; reading does 300 MB of trace a second where the trace is bulk data,
// and 3 million windows a second where it is polls. The emulator's bar, 200,000
// trivial exchanges a second, is kept by its own benchmark, which make bench
// runs too.
package bench
