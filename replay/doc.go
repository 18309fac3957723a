// Package replay puts a recorded session under a driver: the trace plays the
// coprocessor, and the first byte, call or order that differs from the
// recording is reported in decoded words.
//
// There are three ways to drive it:
//
//   - [Trace.Replay] issues the recorded driver calls again, in their recorded
//     order, and compares what they return. A trace without calls, as a logic
//     analyser makes it, is replayed command by command: package wire rebuilds
//     each recorded request from its decoded values, and the driver's own code
//     reads each reply.
//   - [Run] does that in go test, one subtest a trace.
//   - [Test] runs a program of the test's own on a driver over the trace.
//
// The comparison is strict: every byte of every request in its order, every
// byte clocked, every wait that timed out, every line the host drives, every
// argument and result of every call. What is left over when the driver is done
// is a failure. Free are only
//
//   - the bytes that the recorder withheld, which match anything of their
//     length, and the payload of a call as far as the trace does not have it,
//   - how often GPIO0 is read between two changes, and waits that took no time,
//   - in a trace without calls how much of a reply is clocked.
//
// Such a trace has nothing but its frames to be held against: a changed value
// is another value.
//
// Time is virtual; a wait or a sleep costs nothing. The bus decides whose turn
// is next by the recording, and a call begins when what was recorded before it
// has happened, so that calls of several goroutines replay in one order.
//
// A trace may be anything. Memory is bounded, damage is reported and not
// replayed, and a replay in which nothing happens any more ends.
//
// A replay pins behaviour. Whether the behaviour is right is for the emulator
// to show.
package replay
