package main

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/emulator/scenario"
)

// readScenario reads the file of --scenario; without one nothing goes wrong.
func readScenario(name string) (*scenario.Scenario, error) {
	if name == "" {
		return new(scenario.Scenario), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := scenario.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// openLog opens the file of --log anew; without one the log goes to the standard
// error.
func openLog(cmd *cobra.Command, name string) (log io.Writer, closeLog func() error, err error) {
	if name == "" {
		return cmd.ErrOrStderr(), func() error { return nil }, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, nil, outputFailed(name, err)
	}
	return f, func() error { return closed(f, name, nil) }, nil
}

// roomForStrikes is how many strikes a module may be ahead of its log.
const roomForStrikes = 1024

// A strikeLog writes what strikes a module, line by line, until it is ended.
type strikeLog struct {
	strikes chan emulator.Strike
	over    chan struct{}
	all     sync.WaitGroup
	told    uint64
}

func newStrikeLog() *strikeLog {
	return &strikeLog{strikes: make(chan emulator.Strike, roomForStrikes), over: make(chan struct{})}
}

// begin gives write each line from now on.
func (l *strikeLog) begin(write func(line string)) {
	l.all.Go(func() {
		for {
			select {
			case s := <-l.strikes:
				l.told++
				write(scenario.Line(s))
			case <-l.over:
				return
			}
		}
	})
}

// end writes what is left of a module that is off, and how many strikes there
// was no room for.
func (l *strikeLog) end(chip *emulator.Emulator, write func(line string)) {
	close(l.over)
	l.all.Wait()
	for ; len(l.strikes) > 0; l.told++ {
		write(scenario.Line(<-l.strikes))
	}
	if missing := chip.Struck() - l.told; missing > 0 {
		write(fmt.Sprintf("%s not shown", count(missing, "strike")))
	}
}
