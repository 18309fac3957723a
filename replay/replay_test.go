package replay

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/traces"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

func TestTheCorpusReplays(t *testing.T) { Run(t, traces.FS, "*.nina", driver) }

func TestARecordedSessionReplays(t *testing.T) {
	trace := load(t, record(t, echoes(t, echoServer(t), "one", "two")))
	for range 20 {
		r := trace.Replay(driver)
		requireOK(t, r)
		assert.Equal(t, "test.nina", r.Trace)
		assert.Equal(t, 9, r.Calls)
		assert.Greater(t, r.Exchanges, 10)
	}
}

// Several goroutines may replay one trace at once.
func TestATraceIsOnlyRead(t *testing.T) {
	trace := load(t, record(t, echoes(t, echoServer(t), "one")))
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 10 {
				assert.True(t, trace.Replay(driver).OK())
			}
		}()
	}
	wg.Wait()
}

// The same program runs on the trace, with deadlines by the wall clock.
func TestTheProgramItselfReplays(t *testing.T) {
	to := echoServer(t)
	file := filepath.Join(t.TempDir(), "echo.nina")
	require.NoError(t, os.WriteFile(file, record(t, echoes(t, to, "one", "two")), 0o644))
	Test(t, file, driver, func(t *testing.T, dev netdev.Device) { echoes(t, to, "one", "two")(dev) })
}

// overlap sends and receives on several connections at once.
func overlap(t testing.TB, to netip.AddrPort) func(dev netdev.Device) {
	return func(dev netdev.Device) {
		join(t, dev)
		var wg sync.WaitGroup
		for i := range 4 {
			fd := dial(t, dev, to)
			wg.Add(2)
			go func() {
				defer wg.Done()
				buf := make([]byte, 3000)
				for got := 0; got < 6000; {
					n, err := dev.Recv(fd, buf, 0, time.Time{})
					if !assert.NoError(t, err) {
						return
					}
					got += n
				}
			}()
			go func() {
				defer wg.Done()
				_, err := dev.Send(fd, bytes.Repeat([]byte{byte(i)}, 6000), 0, time.Time{})
				assert.NoError(t, err)
			}()
		}
		wg.Wait()
	}
}

// onCPUs runs f with several numbers of processors.
func onCPUs(t *testing.T, f func(t *testing.T)) {
	for _, n := range []int{1, 2, 8} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
			f(t)
		})
	}
}

// Calls of several goroutines take the bus in the recorded order, every time.
func TestOverlappingCallsReplay(t *testing.T) {
	trace := load(t, record(t, overlap(t, echoServer(t))))
	onCPUs(t, func(t *testing.T) {
		for range 20 {
			requireOK(t, trace.Replay(driver))
		}
	})
}

// The same with the program itself, whose goroutines run as they like.
func TestOverlappingProgramsReplay(t *testing.T) {
	to := echoServer(t)
	trace := load(t, record(t, overlap(t, to)))
	onCPUs(t, func(t *testing.T) {
		for range 10 {
			trace.perform(driver, overlap(t, to), t.FailNow, func(d *Divergence) { t.Error(d.Report()) })
		}
	})
}

// hangUp closes a connection on which another goroutine waits.
func hangUp(t testing.TB, to netip.AddrPort, deadline func() time.Time) func(dev netdev.Device) {
	return func(dev netdev.Device) {
		join(t, dev)
		for range 3 {
			fd := dial(t, dev, to)
			woken := make(chan error)
			go func() {
				_, err := dev.Recv(fd, make([]byte, 10), 0, deadline())
				woken <- err
			}()
			time.Sleep(7 * time.Millisecond)
			assert.NoError(t, dev.Close(fd))
			assert.ErrorIs(t, <-woken, netdev.ErrInvalidSocketFd)
		}
	}
}

// A call that Close wakes wants a turn that no trace shows.
func TestACloseWakesTheSameCalls(t *testing.T) {
	to := echoServer(t)
	for name, deadline := range map[string]func() time.Time{
		"no deadline": func() time.Time { return time.Time{} },
		"deadline":    func() time.Time { return time.Now().Add(time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			for range 3 {
				trace := load(t, record(t, hangUp(t, to, deadline)))
				onCPUs(t, func(t *testing.T) {
					for range 20 {
						requireOK(t, trace.Replay(driver))
					}
				})
			}
		})
	}
}

// late is a recorder under which a Close begins long before it does anything.
type late struct{ *capture.Recorder }

func (l late) Begin(c bus.Call) bus.CallID {
	id := l.Recorder.Begin(c)
	if c.Op == bus.OpClose {
		time.Sleep(5 * time.Millisecond)
	}
	return id
}

// Between its begin and the moment it takes the socket away a Close leaves no
// trace; others may use the socket meanwhile.
func TestACloseThatTakesItsTime(t *testing.T) {
	to := echoServer(t)
	forever := func() time.Time { return time.Time{} }
	trace := load(t, recordOn(t, func(r *capture.Recorder) bus.Bus { return late{r} }, hangUp(t, to, forever)))
	onCPUs(t, func(t *testing.T) {
		for range 20 {
			requireOK(t, trace.Replay(driver))
			trace.perform(driver, hangUp(t, to, forever), t.FailNow, func(d *Divergence) { t.Error(d.Report()) })
		}
	})
}

// A board is switched off while it waits: the recording ends before the calls.
func TestCallsThatTheRecordingCutsOff(t *testing.T) {
	file := record(t, echoes(t, echoServer(t), "one"))
	all := records(t, file)
	windows := 0
	for i := range all {
		if all[i].Kind != capture.KindWindow {
			continue
		}
		windows++
		trace := load(t, sealed(t, all[:i+1]))
		start := time.Now()
		requireOK(t, trace.Replay(driver))
		require.Less(t, time.Since(start), 5*time.Second)
	}
	assert.Greater(t, windows, 20)
}
