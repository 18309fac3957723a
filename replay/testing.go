package replay

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/ninatrace/ninatrace/netdev"
)

// Run replays every trace of fsys that pattern matches (path.Match) against
// fresh drivers, each in a subtest of its own that runs in parallel. No match
// is a failure.
func Run(t *testing.T, fsys fs.FS, pattern string, drive Driver) {
	t.Helper()
	names, err := fs.Glob(fsys, pattern)
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	if len(names) == 0 {
		t.Fatalf("replay: no trace matches %s", pattern)
	}
	for _, name := range names {
		t.Run(path.Base(name), func(t *testing.T) {
			t.Parallel()
			trace, err := LoadFile(fsys, name)
			if err != nil {
				t.Fatalf("replay: %s: %v", name, err)
			}
			check(t, trace.Replay(drive))
		})
	}
}

// check fails the test if the replay went wrong.
func check(t testing.TB, r *Report) {
	t.Helper()
	if r.Damage != nil {
		t.Errorf("replay: %s: %v", r.Trace, r.Damage)
	}
	if r.Divergence != nil {
		t.Errorf("replay: %s: %s", r.Trace, r.Divergence.Report())
	}
}

// Test runs program on a fresh driver over the trace of the file. The test
// fails if the program makes other calls than the recorded ones, if the driver
// does anything else with the bus, or if something of the recording is left at
// the end.
//
//	replay.Test(t, "testdata/http-get.nina", newDriver, func(t *testing.T, dev netdev.Device) {
//		fetch(t, dev, "http.test")
//	})
//
// The program's deadlines may be of any clock; for the driver they pass when
// they passed in the recording. Calls of several goroutines wait for each other
// where they did in the recording. A program that waits for a call which the
// recording does not let end fails after ten seconds; one that goes on calling
// after a divergence, whatever the errors say, is stopped by t.FailNow.
func Test(t *testing.T, file string, drive Driver, program func(t *testing.T, dev netdev.Device)) {
	t.Helper()
	trace, err := LoadFile(os.DirFS(filepath.Dir(file)), filepath.Base(file))
	if err != nil {
		t.Fatalf("replay: %s: %v", file, err)
	}
	if !trace.damage.none() {
		t.Fatalf("replay: %s: %v", file, &trace.damage)
	}
	trace.perform(drive, func(dev netdev.Device) { program(t, dev) }, t.FailNow, func(d *Divergence) {
		t.Errorf("replay: %s: %s", file, d.Report())
	})
}

// perform runs a program over the trace, in the goroutine of the caller, and
// reports a divergence, also if the program ends that goroutine. quit ends it
// for a program that goes on for ever after a divergence.
func (t *Trace) perform(drive Driver, program func(dev netdev.Device), quit func(), report func(*Divergence)) {
	b := NewBus(t)
	b.crew.quit = quit
	defer func() {
		if d := b.Finish(); d != nil {
			report(d)
		}
	}()
	program(drive(b, b))
}
