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
// byte clocked, every wait that timed out, every line the host drives. Bytes
// that the recorder withheld match anything of their length. What is left over
// when the driver is done is a failure.
//
// Time is virtual. The bus decides whose turn is next by the recording, so
// that calls of several goroutines replay in one order; a wait or a sleep costs
// nothing.
//
// A replay pins behaviour. Whether the behaviour is right is for the emulator
// to show.
package replay
