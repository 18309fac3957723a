package bench

import (
	"io"
	"testing"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
	"periph.io/x/conn/v3/spi/spitest"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// nullBus does nothing and never waits; its time is the real one.
type nullBus struct{ clock bus.System }

func (nullBus) Select() error                                             { return nil }
func (b nullBus) Deselect() (time.Time, error)                            { return b.clock.Now(), nil }
func (nullBus) WaitReady(bus.Ready, time.Duration) (time.Duration, error) { return 0, nil }
func (nullBus) Tx(w, r []byte) error                                      { return nil }
func (nullBus) Reset(bool) error                                          { return nil }
func (nullBus) DriveGPIO0(bus.Drive) error                                { return nil }
func (nullBus) Attention() (bool, error)                                  { return true, nil }

var _ bus.Bus = nullBus{}

// request is a GET_CLIENT_STATE_TCP.
var request = []byte{0xE0, 0x2F, 0x01, 0x01, 0x00, 0xEE, 0xFF, 0xFF}

// transact does what a driver does for one chip-select window, n times.
func transact(link bus.Bus, r []byte, n int) time.Duration {
	start := time.Now()
	for range n {
		link.WaitReady(bus.Armed, time.Second)
		link.Select()
		link.WaitReady(bus.Busy, time.Second)
		link.Tx(request, r)
		link.Deselect()
	}
	return time.Since(start)
}

func newRecorder(b *testing.B) *capture.Recorder {
	b.Helper()
	r, err := capture.NewRecorder(nullBus{}, io.Discard, nil, capture.Config{})
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// BenchmarkBare is the driver's loop without a recorder.
func BenchmarkBare(b *testing.B) {
	b.ReportAllocs()
	transact(nullBus{}, make([]byte, len(request)), b.N)
}

// BenchmarkRecord is the same loop with one. Between its steps it runs the
// bare loop too: added-ns is the difference of the quickest steps of each,
// which a busy machine disturbs least.
func BenchmarkRecord(b *testing.B) {
	const step = 2000
	rec, in := newRecorder(b), make([]byte, len(request))
	bare, recorded := time.Hour, time.Hour
	b.ReportAllocs()
	b.ResetTimer()
	for left := b.N; left > 0; left -= step {
		n := min(left, step)
		took := transact(rec, in, n)
		b.StopTimer()
		if n == step {
			recorded = min(recorded, took)
			bare = min(bare, transact(nullBus{}, in, step))
		}
		b.StartTimer()
	}
	if recorded < time.Hour {
		b.ReportMetric(float64(recorded-bare)/step, "added-ns/op")
	}
}

// nullPort is a port of periph.io that does nothing.
type nullPort struct{}

func (nullPort) String() string                                              { return "null" }
func (nullPort) Close() error                                                { return nil }
func (nullPort) LimitSpeed(physic.Frequency) error                           { return nil }
func (p nullPort) Connect(physic.Frequency, spi.Mode, int) (spi.Conn, error) { return p, nil }
func (nullPort) Tx(w, r []byte) error                                        { return nil }
func (nullPort) TxPackets([]spi.Packet) error                                { return nil }
func (nullPort) Duplex() conn.Duplex                                         { return conn.Full }

// BenchmarkSpitestRecord is the recorder of periph.io. It records the transfer
// alone, and neither times nor lines; it keeps the bytes in memory.
func BenchmarkSpitestRecord(b *testing.B) {
	const fresh = 1 << 16 // as it never lets go of what it recorded
	in := make([]byte, len(request))
	b.ReportAllocs()
	var c spi.Conn
	for i := range b.N {
		var err error
		if i%fresh == 0 {
			c, err = (&spitest.Record{Port: nullPort{}}).Connect(physic.MegaHertz, spi.Mode0, 8)
		}
		if err == nil {
			err = c.Tx(request, in)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
