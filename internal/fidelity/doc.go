// Package fidelity holds the emulator against recordings of the genuine
// firmware: it plays the host's side of each into an emulator, byte for byte,
// and compares every reply. `make fidelity DIR=folder` does that for any folder
// of recordings, docs/fidelity.md says what is compared.
//
// Nobody has to say what the world was like in which a recording was made.
// [Play] goes through it twice. The first time it infers the world from the
// replies: access points, names, servers, what peers sent and when at the
// latest (plan.go and the readers in radio.go, slots.go, bsd.go). The second
// time the emulator runs in that world, in which everything happens right
// before the command that first shows it (play.go, network.go). Only facts
// about the world are taken from a reply: its bytes are the emulator's own.
//
// A Play needs a bubble of testing/synctest. There the time of the recording
// passes at once, and when the bubble is at rest everything has happened that
// an event has caused, so that no run differs from the one before.
package fidelity
