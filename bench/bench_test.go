package bench

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
	"periph.io/x/conn/v3/spi/spitest"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// nullBus answers at once and reads zeros.
type nullBus struct{}

func (nullBus) Select() error                { return nil }
func (nullBus) Deselect() (time.Time, error) { return bus.System{}.Now(), nil }
func (nullBus) WaitReady(bus.Ready, time.Duration) (time.Duration, error) {
	return 0, nil
}
func (nullBus) Tx(w, r []byte) error     { return nil }
func (nullBus) Reset(bool) error         { return nil }
func (nullBus) DriveGPIO0(bus.Drive) error { return nil }
func (nullBus) Attention() (bool, error) { return true, nil }

var request = []byte{0xE0, 0x2F, 0x01, 0x01, 0x00, 0xEE, 0xFF, 0xFF}

// transaction is what a driver does for one chip-select window.
func transaction(b bus.Bus, w, r []byte) {
	b.WaitReady(bus.Armed, time.Second)
	b.Select()
	b.WaitReady(bus.Busy, time.Second)
	b.Tx(w, r)
	b.Deselect()
}

func run(b *testing.B, link bus.Bus) time.Duration {
	r := make([]byte, len(request))
	b.ReportAllocs()
	for b.Loop() {
		transaction(link, request, r)
	}
	return b.Elapsed()
}

func BenchmarkBare(b *testing.B) { run(b, nullBus{}) }

func BenchmarkRecord(b *testing.B) {
	rec, err := capture.NewRecorder(nullBus{}, io.Discard, nil, capture.Config{})
	if err != nil {
		b.Fatal(err)
	}
	run(b, rec)
}

func BenchmarkSpitestRecord(b *testing.B) {
	p := &spitest.Record{}
	c, err := p.Connect(physic.MegaHertz, spi.Mode0, 8)
	if err != nil {
		b.Fatal(err)
	}
	r := make([]byte, len(request))
	b.ReportAllocs()
	for b.Loop() {
		c.Tx(request, r)
	}
}

var _ = bytes.Clone
var _ = rand.Int
