// Package probe is a smoke test of a coprocessor: it runs the driver, and
// where the driver hides too much the bare bus, against whatever a bus.Bus
// leads to, and gives a verdict on each thing that has to work.
//
// What a check wants is what every released firmware does, genuine or
// emulated, as docs/nina-protocol.md and docs/nina-observed.md have it. What
// may be missing, such as the GPIO0 line or commands of newer firmware, is
// skipped and no failure. Nothing is written to the module's flash, and no
// socket slot is named that firmware does not have: that would kill it.
package probe
