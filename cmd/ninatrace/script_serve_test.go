package main

import (
	"os"
	"os/exec"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// served is where a script keeps the program that serve has started.
type served struct{ cmd *exec.Cmd }

// servedKey is where it stands among the values of a script.
type servedKey struct{}

var listening = regexp.MustCompile(`(?m)^listening (\S+)$`)

// serve ARG...: runs ninatrace emulate on a free port until stop or the end of
// the script, and sets BUS. What it prints goes to the file served.
func serve(ts *testscript.TestScript, _ bool, args []string) {
	out, err := os.Create(ts.MkAbs("served"))
	ts.Check(err)
	defer out.Close()
	cmd := exec.Command("ninatrace", append([]string{"emulate", "--listen", "tcp://127.0.0.1:0"}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), out, out
	ts.Check(cmd.Start())
	ts.Value(servedKey{}).(*served).cmd = cmd
	ts.Defer(func() { _ = cmd.Process.Kill() })
	for start := time.Now(); time.Since(start) < soon; time.Sleep(10 * time.Millisecond) {
		if m := listening.FindStringSubmatch(ts.ReadFile("served")); m != nil {
			ts.Setenv("BUS", m[1])
			return
		}
	}
	ts.Fatalf("nothing is served: %s", ts.ReadFile("served"))
}

// stop: interrupts what serve has started, and wants it to end well.
func stop(ts *testscript.TestScript, _ bool, _ []string) {
	cmd := ts.Value(servedKey{}).(*served).cmd
	ts.Check(cmd.Process.Signal(os.Interrupt))
	ts.Check(cmd.Wait())
}
