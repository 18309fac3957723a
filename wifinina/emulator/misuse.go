package emulator

import (
	"fmt"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Misuse is a command that makes the genuine firmware touch memory that is
// not its own: it checks no slot number and no length. The emulator clamps
// what it can, and keeps this note.
type Misuse struct {
	Command wire.Command
	Reason  string
	// Crash says that the firmware did not survive it: READY stays high
	// until the next reset. That is GET_REMOTE_DATA with a slot number it
	// does not have (nina-observed "Frame rules" 12).
	Crash bool
}

// maxMisuses bounds the notes kept; the first ones tell most.
const maxMisuses = 256

// Misuses returns the notes of all misuses since New, at most the first 256.
// A clean host causes none.
func (e *Emulator) Misuses() []Misuse {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Misuse(nil), e.misuses...)
}

// misuse notes that the command at work is one.
func (f *firmware) misuse(format string, args ...any) {
	if f.quirk(Overruns) {
		f.note(Misuse{Command: f.cmd, Reason: fmt.Sprintf(format, args...)})
	}
}

// crash notes the misuse the firmware dies of.
func (f *firmware) crash(format string, args ...any) {
	f.note(Misuse{Command: f.cmd, Reason: fmt.Sprintf(format, args...), Crash: true})
	f.die()
}

func (f *firmware) note(m Misuse) {
	if len(f.e.misuses) < maxMisuses {
		f.e.misuses = append(f.e.misuses, m)
	}
}
