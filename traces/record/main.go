// Record records the sessions of internal/sessions into a folder, on the
// emulator:
//
//	go run ./traces/record -o traces
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ninatrace/ninatrace/internal/sessions"
)

func main() {
	dir := flag.String("o", "traces", "folder to write to")
	flag.Parse()
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
	for i := range sessions.All {
		if err := record(*dir, &sessions.All[i]); err != nil {
			fmt.Fprintln(os.Stderr, "record:", err)
			os.Exit(1)
		}
	}
}

// record writes the trace of a session that went well.
func record(dir string, s *sessions.Session) error {
	var trace bytes.Buffer
	if err := s.Record(&trace); err != nil {
		return err
	}
	name := filepath.Join(dir, s.Name+".nina")
	fmt.Printf("%s: %d bytes: %s\n", name, trace.Len(), s.Shows)
	return os.WriteFile(name, trace.Bytes(), 0o644)
}
