// Package traces is the corpus: recorded sessions, embedded, so that other
// drivers and tools can be held against them too. README.md says where each
// comes from and what it pins.
package traces

import "embed"

// FS holds the traces, as NAME.nina. It is read-only and may be used by any
// goroutine.
//
//go:embed *.nina
var FS embed.FS
