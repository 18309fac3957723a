package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/bus/link"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/emulator/scenario"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// modules are the emulated modules that hosts are connected to. Any goroutine
// may call its methods.
type modules struct {
	scenario *scenario.Scenario // of each module
	dir      string             // for recordings; empty: none are made
	out      io.Writer
	errs     io.Writer
	log      io.Writer // of what strikes

	mu   sync.Mutex // guards what follows, and what is written
	last int        // number of the module made last
	on   map[*module]struct{}
}

// A module is one of them. It is the bus of its connection.
type module struct {
	bus.Bus // the chip, or its recorder
	chip    *emulator.Emulator
	set     *modules
	number  int
	since   time.Time
	selects atomic.Int64
	record  *recording // nil: it is not recorded
	strikes *strikeLog
	off     sync.Once
}

// A recording is the trace of a connection.
type recording struct {
	*capture.Recorder
	file *os.File
}

// powerOn makes the module of a new connection.
func (m *modules) powerOn(context.Context) (link.Module, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last++
	c := &module{set: m, number: m.last, since: time.Now(), strikes: newStrikeLog()}
	s := *m.scenario
	s.Config.Strikes = c.strikes.strikes
	c.chip = s.New(nil)
	c.Bus = c.chip
	if m.dir != "" {
		rec, err := m.recorder(c)
		if err != nil {
			_ = c.chip.Close()
			return nil, err
		}
		c.record, c.Bus = rec, rec
	}
	if m.on == nil {
		m.on = make(map[*module]struct{})
	}
	m.on[c] = struct{}{}
	fmt.Fprintf(m.out, "#%d on\n", c.number)
	c.strikes.begin(c.struck)
	return c, nil
}

// recorder begins the recording of a module, under mu. It takes no name that is
// taken.
func (m *modules) recorder(c *module) (*recording, error) {
	var f *os.File
	err := error(os.ErrExist)
	for n := c.number; os.IsExist(err); n++ {
		f, err = os.OpenFile(filepath.Join(m.dir, fmt.Sprintf("module-%d.nina", n)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	}
	if err != nil {
		return nil, err
	}
	rec, err := capture.NewRecorder(c.chip, f, wire.SecretSpans, capture.Config{
		FlushAfter: time.Second,
		Labels:     []capture.Label{{Key: "board", Value: "emulator, " + m.scenario.Config.Profile.String()}},
	})
	return &recording{rec, f}, err
}

// Select implements bus.Bus, and counts.
func (c *module) Select() error {
	c.selects.Add(1)
	return c.Bus.Select()
}

// Close takes the power away and says what the module has seen. It may be
// called again.
func (c *module) Close() error {
	c.off.Do(c.powerOff)
	return nil
}

func (c *module) powerOff() {
	_ = c.chip.Close()
	c.strikes.end(c.chip, c.struck)
	m := c.set
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.on, c)
	fmt.Fprintf(m.out, "#%d off after %v, %s\n", c.number, time.Since(c.since).Round(time.Millisecond), count(c.selects.Load(), "select"))
	for _, misuse := range c.chip.Misuses() {
		fmt.Fprintf(m.out, "#%d misuse: %s: %s\n", c.number, misuse.Command, clean(misuse.Reason))
	}
	if c.record != nil {
		err := closed(c.record.file, c.record.file.Name(), c.record.Recorder.Close())
		if err != nil {
			warn(m.errs, "%v", err)
		}
	}
}

// struck writes a line of the log of what strikes the module.
func (c *module) struck(line string) {
	c.set.mu.Lock()
	defer c.set.mu.Unlock()
	fmt.Fprintf(c.set.log, "#%d %s\n", c.number, line)
}

// ended tells of a connection that did not end as it should.
func (m *modules) ended(remote net.Addr, err error) {
	if err == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	warn(m.errs, "%s: %v", remote, err)
}
