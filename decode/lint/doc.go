// Package lint finds what went wrong in a session and says why it matters and
// what to do about it.
//
// A [Rule] is one thing to look for; [Rules] is the register of all. A
// [Linter] is given the events of a trace one after the other and hands out
// each [Finding] as it is made, in one pass and in bounded memory. Findings of
// single exchanges are those of package decode, which are rules too; the
// others come from what a session did before.
//
// A rule that concerns some releases of the firmware alone is silent about
// others. While the trace has not told which one it is, its findings are one
// step less severe.
package lint

//go:generate sh -c "go run ../../internal/lintdoc > ../../docs/lint.md"
