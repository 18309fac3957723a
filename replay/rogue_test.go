package replay

import (
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A rogue is a driver that does something of its own in NetConnect.
type rogue struct {
	netdev.Device
	b      bus.Bus
	rebels func(r *rogue)
	end    <-chan struct{} // of the test
}

func (r *rogue) NetConnect(p *netlink.ConnectParams) error {
	r.rebels(r)
	return r.Device.NetConnect(p)
}

// A replay returns whatever the driver does, and says what that was.
func TestRogueDrivers(t *testing.T) {
	file := record(t, echoes(t, echoServer(t), "one"))
	for name, c := range map[string]struct {
		rebels func(r *rogue)
		want   string
	}{
		"loops for ever on errors": {func(r *rogue) {
			for r.b.Select() != nil || r.b.Tx([]byte{1, 2, 3, 4}, nil) != nil {
			}
		}, "the driver sends what is not in the recording"},
		"sleeps for ever on errors": {func(r *rogue) {
			for r.b.Reset(true) != nil {
				r.b.(bus.Clock).Sleep(time.Second)
			}
		}, "the driver asserts RESETN"},
		"ignores errors": {func(r *rogue) {
			for range 100 {
				r.b.Select()
				r.b.WaitReady(bus.Busy, time.Second)
				r.b.Tx(make([]byte, 3), make([]byte, 5))
				r.b.Deselect()
				r.b.Attention()
				r.b.(bus.Arbiter).Acquire(3, time.Time{})
				r.b.(bus.Arbiter).Release(3)
			}
		}, "the driver sends what is not in the recording"},
		"waits for nothing":    {func(r *rogue) { <-r.end }, "nobody does what the recording has next"},
		"panics":               {func(*rogue) { panic("oh no") }, "the driver panics: oh no"},
		"makes another call":   {func(r *rogue) { r.Addr() }, "the call is not in the recording"},
		"makes no select":      {func(r *rogue) { r.b.Tx([]byte{1}, nil) }, "the driver transfers without a select"},
		"reads out of turn":    {func(r *rogue) { r.b.Select(); r.b.Tx(nil, make([]byte, 9)) }, "the driver reads 9 bytes of a reply"},
		"selects for nothing":  {func(r *rogue) { r.b.Select(); r.b.Deselect() }, "the driver selects the coprocessor and clocks nothing"},
		"drives a line":        {func(r *rogue) { r.b.DriveGPIO0(bus.Low) }, "the driver drives GPIO0 low"},
		"acquires for nobody":  {func(r *rogue) { r.b.(bus.Arbiter).Acquire(0, time.Time{}) }, "nobody does what the recording has next"},
		"acquires for unknown": {func(r *rogue) { r.b.(bus.Arbiter).Acquire(4711, time.Time{}) }, "nobody does what the recording has next"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				end := make(chan struct{})
				defer close(end)
				r := load(t, file).Replay(func(b bus.Bus, clock bus.Clock) netdev.Device {
					return &rogue{driver(b, clock), b, c.rebels, end}
				})
				require.NotNil(t, r.Divergence)
				assert.Contains(t, r.Divergence.What, c.want)
			})
		})
	}
}

// A panic comes with the place where it happened.
func TestAPanicIsReportedWithItsStack(t *testing.T) {
	file := record(t, echoes(t, echoServer(t)))
	r := load(t, file).Replay(func(bus.Bus, bus.Clock) netdev.Device { panic("oh no") })
	require.NotNil(t, r.Divergence)
	assert.Contains(t, r.Divergence.Report(), "rogue_test.go")
}

// A secretive driver tells nobody of its calls.
func TestADriverThatDoesNotTellItsCalls(t *testing.T) {
	file := record(t, echoes(t, echoServer(t)))
	type plain struct{ bus.Bus }
	r := load(t, file).Replay(func(b bus.Bus, c bus.Clock) netdev.Device { return driver(plain{b}, c) })
	require.NotNil(t, r.Divergence)
	synctest.Test(t, func(t *testing.T) {
		r := load(t, file).Replay(func(bus.Bus, bus.Clock) netdev.Device { return silent{} })
		require.NotNil(t, r.Divergence)
		assert.Contains(t, r.Divergence.What, "did not tell its bus.Tracer")
	})
}

// silent is a driver that does nothing.
type silent struct{ netdev.Device }

func (silent) NetConnect(*netlink.ConnectParams) error { return nil }

// perform runs a program over a trace in a bubble and returns the divergence.
func perform(t *testing.T, file []byte, program func(dev netdev.Device)) (found *Divergence) {
	synctest.Test(t, func(t *testing.T) {
		load(t, file).perform(driver, program, nil, func(d *Divergence) { found = d })
	})
	return found
}

func TestProgramsThatDoSomethingElse(t *testing.T) {
	to := echoServer(t)
	file := record(t, echoes(t, to, "one"))
	params := &netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "ninatrace", Retries: 1}
	for name, c := range map[string]struct {
		program func(dev netdev.Device)
		want    []string
	}{
		"nothing": {func(netdev.Device) {}, []string{"the driver is done, and the recording is not", "want   GPIO0 (host) high, in NetConnect("}},
		"less":    {func(dev netdev.Device) { dev.NetConnect(params) }, []string{"the driver is done, and the recording is not", "want   GET_SOCKET, in Connect("}},
		"another call": {func(dev netdev.Device) { dev.NetConnect(params); dev.Addr() },
			[]string{"the call is not in the recording", "want   Socket(domain=2", "got    Addr()"}},
		"another argument": {func(dev netdev.Device) {
			other := *params
			other.Passphrase += "!"
			dev.NetConnect(&other)
		}, []string{"the call is not in the recording", "passphrase=9 bytes withheld", "passphrase=10 bytes withheld"}},
		"other data": {func(dev netdev.Device) {
			dev.NetConnect(params)
			fd, _ := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
			dev.Connect(fd, "", to)
			dev.Send(fd, []byte("two"), 0, time.Time{})
		}, []string{"the call is not in the recording", "got    Send(sockfd=0, buf=3 bytes, flags=0, deadline=none), with other data"}},
		"more": {func(dev netdev.Device) { echoes(t, to, "one")(dev); dev.Addr() },
			[]string{"the call is not in the recording", "want   no more calls", "got    Addr()"}},
		"calls in another order": {func(dev netdev.Device) {
			dev.NetConnect(params)
			dev.Close(0)
		}, []string{"nobody does what the recording has next", "want   GET_SOCKET, in Connect(", "got    waiting for their turn: Close(sockfd=0)"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := perform(t, file, c.program)
			require.NotNil(t, d)
			for _, want := range c.want {
				assert.Contains(t, d.Report(), want)
			}
		})
	}
}

// The program gets the divergence as the error of its call, and may ask.
func TestAProgramSeesTheDivergence(t *testing.T) {
	file := record(t, echoes(t, echoServer(t)))
	var err error
	d := perform(t, file, func(dev netdev.Device) {
		_, _ = dev.Addr()
		_, err = dev.Addr()
	})
	var seen *Divergence
	require.True(t, errors.As(err, &seen))
	assert.Same(t, d, seen)
}

// A program that ignores all errors is stopped.
func TestAProgramThatGoesOnForEver(t *testing.T) {
	file := record(t, echoes(t, echoServer(t)))
	done := make(chan *Divergence, 1)
	go func() {
		load(t, file).perform(driver, func(dev netdev.Device) {
			for {
				dev.Addr()
			}
		}, runtime.Goexit, func(d *Divergence) { done <- d })
	}()
	assert.Contains(t, (<-done).What, "the call is not in the recording")
}

// After Finish nobody waits any more, and nothing works.
func TestFinishWakesEverybody(t *testing.T) {
	trace := load(t, record(t, echoes(t, echoServer(t))))
	b := NewBus(trace)
	dev := driver(b, b)
	woken := make(chan error)
	go func() {
		_ = b.Begin(trace.records[0].Call.Call)
		woken <- b.Acquire(2, time.Time{})
	}()
	for !b.reached(2) {
		runtime.Gosched()
	}
	first := b.Finish()
	require.NotNil(t, first)
	assert.Equal(t, error(first), <-woken)
	assert.Same(t, first, b.Finish())
	_, err := dev.Addr()
	assert.ErrorIs(t, err, error(first))
}

// reached reports whether a call has asked for the bus.
func (b *Bus) reached(id bus.CallID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls.byID[id].reached
}
