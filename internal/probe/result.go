package probe

import "time"

// A Result is what came of one check.
type Result struct {
	Check   string // what was looked at, one of [Names]
	Verdict Verdict
	Detail  string // what was found, or what is wrong; one line, SSIDs quoted
	Took    time.Duration
}

// A Verdict is how a check ended.
type Verdict uint8

// The verdicts.
const (
	OK   Verdict = iota
	Fail         // it does not do what firmware does
	Skip         // there is nothing to look at, or nobody asked for it
)

// String returns what a user reads: "ok", "FAIL" or "skip".
func (v Verdict) String() string {
	switch v {
	case OK:
		return "ok"
	case Fail:
		return "FAIL"
	}
	return "skip"
}

// skipped is why a check was not made.
type skipped string

// Error implements error.
func (s skipped) Error() string { return string(s) }
