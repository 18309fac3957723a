package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ninatrace/ninatrace/capture"
)

// number returns an argument of a command.
func number(ts *testscript.TestScript, arg string) int {
	n, err := strconv.ParseInt(arg, 0, 32)
	ts.Check(err)
	return int(n)
}

// save writes a file of the script.
func save(ts *testscript.TestScript, name string, data []byte) {
	ts.Check(os.WriteFile(ts.MkAbs(name), data, 0o666))
}

// exits STATUS COMMAND...: runs a command and compares its exit status.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != number(ts, args[0]) {
		ts.Fatalf("exit status %d", got)
	}
}

// flip IN OUT OFFSET: inverts one bit of a file.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	data := []byte(ts.ReadFile(args[0]))
	data[number(ts, args[2])] ^= 0x10
	save(ts, args[1], data)
}

// noise OUT LEN: makes a file of random bytes, the same every time.
func noise(ts *testscript.TestScript, _ bool, args []string) {
	data := make([]byte, number(ts, args[1]))
	rand.New(rand.NewSource(1)).Read(data)
	save(ts, args[0], data)
}

// reseal IN OUT CMD OFFSET: changes one byte of the first request of a command
// in a trace, and writes the trace as a recorder would have.
func reseal(ts *testscript.TestScript, _ bool, args []string) {
	var out bytes.Buffer
	w, err := capture.NewWriter(&out, 1000)
	ts.Check(err)
	cmd, at, changed := byte(number(ts, args[2])), number(ts, args[3]), false
	r := capture.NewReader(strings.NewReader(ts.ReadFile(args[0])))
	for {
		var rec capture.Record
		err := r.Next(&rec)
		if err == io.EOF {
			break
		}
		ts.Check(err)
		if mosi := rec.Window.MOSI; !changed && len(mosi) > at && mosi[0] == 0xE0 && mosi[1] == cmd {
			mosi[at] ^= 0x01
			changed = true
		}
		ts.Check(w.Write(&rec))
	}
	if !changed {
		ts.Fatalf("%s has no such request", args[0])
	}
	ts.Check(w.Close())
	save(ts, args[1], out.Bytes())
}

// mode FILE PERM: asserts the permissions of a file.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); (got == args[1]) == neg {
		ts.Fatalf("%s has the permissions %s", args[0], got)
	}
}

// holds DIR NAME...: asserts that a folder holds these and nothing else.
func holds(ts *testscript.TestScript, _ bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var names []string
	for _, e := range entries {
		names = append(names, filepath.Base(e.Name()))
	}
	if !slices.Equal(names, args[1:]) {
		ts.Fatalf("%s holds %q", args[0], names)
	}
}
