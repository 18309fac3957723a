package replay_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/replay"
	"github.com/ninatrace/ninatrace/traces"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// newDriver makes the driver under replay.
func newDriver(b bus.Bus, c bus.Clock) netdev.Device {
	return wifinina.New(&wifinina.Config{Bus: b, Clock: c})
}

// A trace is held against a driver.
func ExampleTrace_Replay() {
	trace, err := replay.LoadFile(traces.FS, "join-failed.nina")
	if err != nil {
		fmt.Println(err)
		return
	}
	report := trace.Replay(newDriver)
	fmt.Println(report.Trace, report.Calls, "calls, ok:", report.OK())
	// Output: join-failed.nina 6 calls, ok: true
}

// An impatient driver gives the firmware less time to reset than it had.
type impatient struct{ bus.Bus }

func (i impatient) Reset(asserted bool) error {
	if asserted {
		return nil // not needed, one would think
	}
	return i.Bus.Reset(asserted)
}

// The report of a divergence is made to be read.
func ExampleDivergence_Report() {
	trace, err := replay.LoadFile(traces.FS, "join-failed.nina")
	if err != nil {
		fmt.Println(err)
		return
	}
	report := trace.Replay(func(b bus.Bus, c bus.Clock) netdev.Device {
		type turnsAndCalls interface {
			bus.Arbiter
			bus.Tracer
		}
		return newDriver(struct {
			impatient
			turnsAndCalls
		}{impatient{b}, b.(turnsAndCalls)}, c)
	})
	what, _, _ := strings.Cut(report.Divergence.Report(), "\n")
	fmt.Println(what)
	// Output: the driver releases RESETN
}

// All recorded sessions of a folder are replayed, one subtest each.
func ExampleRun() {
	_ = func(t *testing.T) { // TestTraces
		replay.Run(t, traces.FS, "*.nina", newDriver)
	}
}

// The program that was recorded runs again, over the trace: no board, no
// network, no waiting.
func ExampleTest() {
	_ = func(t *testing.T) { // TestJoinAndAsk
		replay.Test(t, "testdata/join.nina", newDriver, func(t *testing.T, dev netdev.Device) {
			if err := dev.NetConnect(&netlink.ConnectParams{Ssid: "home", Passphrase: "withheld", ConnectTimeout: time.Minute}); err != nil {
				t.Fatal(err)
			}
			if _, err := dev.Addr(); err != nil {
				t.Error(err)
			}
		})
	}
}
