// Package bench measures what recording costs a driver and how fast a trace is
// read. It is a module of its own, so that what it compares with is no
// dependency of ninatrace.
//
//	go test -bench . ./...
//
// The bars of recording and reading are in TestCapture, which prints what it
// measured beside them (make bench-capture). The emulator's bar, 200,000 trivial
// exchanges a second, is kept by its own benchmark, which make bench runs too.
package bench
