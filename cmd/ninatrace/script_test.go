package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ninatrace": main})
}

// The scripts find the corpus in $TRACES and the golden recordings in $GOLDEN.
func TestScripts(t *testing.T) {
	traces, golden := absolute(t, "../../traces"), absolute(t, "../../capture/logic/testdata")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TRACES", traces)
			env.Setenv("GOLDEN", golden)
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else a second for each command
			env.Values[servedKey{}] = new(served)
			return nil
		},
		Condition: func(cond string) (bool, error) { return haveTool(t, cond), nil },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "flip": flip, "reseal": reseal, "noise": noise, "mode": mode, "holds": holds,
			"serve": serve, "stop": stop,
		},
	})
}

func absolute(t *testing.T, path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// haveTool reports whether a program is there, without which a script is
// skipped. CI has them all.
func haveTool(t *testing.T, name string) bool {
	_, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("CI must have %s: %v", name, err)
	}
	return err == nil
}
