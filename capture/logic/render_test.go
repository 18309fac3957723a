package logic

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// A wave is what a logic analyzer would have recorded: the levels of its
// channels at the beginning and after each change.
type wave struct {
	names   []string
	samples []sample
}

// The channels of a rendered wave, as bits of its levels.
const (
	bitCS = 1 << iota
	bitCLK
	bitMOSI
	bitMISO
	bitReady
	bitReset
	bitGPIO0
)

var waveNames = []string{"CS", "CLK", "MOSI", "MISO", "READY", "RESETN", "GPIO0"}

// A toggle is the level of a channel from a time on.
type toggle struct {
	at   time.Duration
	bit  uint64
	high bool
}

// render makes the wave of windows and lines. The bits of a window are spread
// evenly over the time from its Ack to its deselect.
func render(records []capture.Record) *wave {
	var all []toggle
	for i := range records {
		switch r := &records[i]; r.Kind {
		case capture.KindPin:
			all = append(all, toggle{r.Time, bitReady << r.Pin, r.High})
		case capture.KindWindow:
			all = append(all, drawn(r)...)
		}
	}
	slices.SortStableFunc(all, func(a, b toggle) int { return int(a.at - b.at) })
	w := &wave{names: waveNames, samples: []sample{{0, bitCS | bitReady | bitReset}}}
	for _, t := range all {
		last := w.samples[len(w.samples)-1]
		if last.at != t.at {
			w.samples = append(w.samples, sample{t.at, last.levels})
		}
		now := &w.samples[len(w.samples)-1].levels
		if *now &^= t.bit; t.high {
			*now |= t.bit
		}
	}
	return w
}

// drawn returns the toggles of a window.
func drawn(r *capture.Record) (all []toggle) {
	win := &r.Window
	all = append(all, toggle{r.Time, bitCS, false})
	at := r.Time + win.Ack
	if win.Ack > 0 {
		all = append(all, toggle{at, bitReady, true})
	}
	if n := time.Duration(len(win.MOSI)) * 16; n > 0 {
		phase := win.Dur / (n + 2)
		for i := range win.MOSI {
			for bit := 7; bit >= 0; bit-- {
				all = append(all, toggle{at, bitMOSI, win.MOSI[i]>>bit&1 != 0}, toggle{at, bitMISO, win.MISO[i]>>bit&1 != 0},
					toggle{at, bitCLK, false}, toggle{at + phase, bitCLK, true})
				at += 2 * phase
			}
		}
		all = append(all, toggle{at, bitCLK, false})
	}
	return append(all, toggle{win.End(r.Time), bitCS, true})
}

// onBus returns what a logic analyzer can see of records: no waits and no
// calls, and lines that change.
func onBus(records []capture.Record) (seen []capture.Record) {
	levels := map[capture.Pin]bool{capture.PinReady: true, capture.PinReset: true}
	for _, r := range records {
		switch r.Kind {
		case capture.KindPin:
			if r.Pin > capture.PinGPIO0 || levels[r.Pin] == r.High {
				continue
			}
			levels[r.Pin] = r.High
			r = pin(r.Time, r.Pin, r.High)
		case capture.KindWindow:
			if r.Window.Ack > 0 {
				levels[capture.PinReady] = true
			}
			r = holding(win(r.Time, r.Window.Ack, r.Window.Dur, 0), string(r.Window.MOSI), string(r.Window.MISO))
		default:
			continue
		}
		seen = append(seen, r)
	}
	return seen
}

// spaced returns the records one after another, on times that are multiples of
// a grid, with 4 steps of it a bit and the handshake of READY.
func spaced(records []capture.Record, grid time.Duration) (out []capture.Record) {
	at := 40 * grid
	for _, r := range onBus(records) {
		if r.Kind == capture.KindPin && r.Pin == capture.PinReady {
			continue
		}
		if r.Kind == capture.KindWindow {
			out = append(out, pin(at, capture.PinReady, false))
			at += 20 * grid
			r.Window.Ack = 4 * grid
			r.Window.Dur = time.Duration(len(r.Window.MOSI)*16+2) * 2 * grid
		}
		r.Time = at
		at = r.Window.End(r.Time) + 40*grid
		out = append(out, r)
	}
	return out
}

// vcd writes the wave as a value change dump.
func (w *wave) vcd() string {
	var b strings.Builder
	b.WriteString("$timescale 1 ns $end\n$scope module nina $end\n")
	for i, name := range w.names {
		fmt.Fprintf(&b, "$var wire 1 %c %s $end\n", '!'+i, name)
	}
	b.WriteString("$upscope $end\n$enddefinitions $end\n")
	var last uint64
	for n, s := range w.samples {
		fmt.Fprintf(&b, "#%d", s.at)
		for i := range w.names {
			if (s.levels^last)>>i&1 != 0 || n == 0 {
				fmt.Fprintf(&b, " %d%c", s.levels>>i&1, '!'+i)
			}
		}
		b.WriteString("\n")
		last = s.levels
	}
	fmt.Fprintf(&b, "#%d\n", w.samples[len(w.samples)-1].at+time.Microsecond) // the recording ends
	return b.String()
}

// csv writes the wave as a digital export.
func (w *wave) csv() string {
	var b strings.Builder
	b.WriteString("Time [s]," + strings.Join(w.names, ",") + "\n")
	for _, s := range w.samples {
		fmt.Fprintf(&b, "%d.%09d", s.at/time.Second, s.at%time.Second)
		for i := range w.names {
			fmt.Fprintf(&b, ",%d", s.levels>>i&1)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// packetsOf writes the bytes of windows as the export of an SPI analyzer. An
// empty id numbers the windows.
func packetsOf(records []capture.Record, id string) string {
	var b strings.Builder
	b.WriteString("Time [s],Packet ID,MOSI,MISO\n")
	for n, r := range windows(records) {
		win := &r.Window
		step := win.Dur / time.Duration(len(win.MOSI)+1)
		for i := range win.MOSI {
			at := r.Time + win.Ack + step*time.Duration(i)
			number := id
			if id == "" {
				number = fmt.Sprint(n)
			}
			fmt.Fprintf(&b, "%d.%09d,%s,0x%02X,0x%02X\n", at/time.Second, at%time.Second, number, win.MOSI[i], win.MISO[i])
		}
	}
	return b.String()
}

// sigrok writes the wave as a session file, sampled at a rate, in members of so
// many samples.
func (w *wave) sigrok(t testing.TB, rate uint64, unitSize, chunk int) []byte {
	t.Helper()
	meta := fmt.Sprintf("[global]\nsigrok version=0.5.2\n\n[device 1]\ncapturefile=logic-1\ntotal probes=%d\nsamplerate=%d Hz\n", len(w.names), rate)
	for i, name := range w.names {
		meta += fmt.Sprintf("probe%d=%s\n", i+1, name)
	}
	members := map[string][]byte{"version": []byte("2"), "metadata": fmt.Appendf(nil, "%sunitsize=%d\n", meta, unitSize)}
	var data []byte
	end := w.samples[len(w.samples)-1].at + time.Microsecond
	for i, n := 0, uint64(0); n*1e9/rate <= uint64(end); n++ {
		for i+1 < len(w.samples) && uint64(w.samples[i+1].at) <= n*1e9/rate {
			i++
		}
		for b := range unitSize {
			data = append(data, byte(w.samples[i].levels>>(8*b)))
		}
	}
	for i := 1; len(data) > 0; i++ {
		n := min(len(data), chunk*unitSize)
		members[fmt.Sprintf("logic-1-%d", i)] = data[:n]
		data = data[n:]
	}
	return zipped(t, members)
}

// zipped returns an archive.
func zipped(t testing.TB, members map[string][]byte) []byte {
	t.Helper()
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for name, data := range members {
		m, err := z.Create(name)
		require.NoError(t, err)
		_, err = m.Write(data)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return file.Bytes()
}

// fake is a trace of n windows of 1 to 40 random bytes, the same every time.
func fake(n int) (records []capture.Record) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range n {
		mosi, miso := make([]byte, 1+rng.IntN(40)), []byte(nil)
		for i := range mosi {
			mosi[i] = byte(rng.Uint32())
			miso = append(miso, byte(rng.Uint32()))
		}
		records = append(records, holding(capture.Record{Kind: capture.KindWindow}, string(mosi), string(miso)))
	}
	return records
}

// importedFrom imports with any of the importers and reads the trace back.
func importedFrom(t testing.TB, run func(*capture.Writer) (Stats, error)) ([]capture.Record, Stats, error) {
	t.Helper()
	var file bytes.Buffer
	w, err := capture.NewWriter(&file, time.Nanosecond)
	require.NoError(t, err)
	stats, failed := run(w)
	require.NoError(t, w.Close())
	return readTrace(t, &file), stats, failed
}

func importedVCD(t testing.TB, file string, o Options) ([]capture.Record, Stats, error) {
	return importedFrom(t, func(w *capture.Writer) (Stats, error) { return ImportVCD(w, strings.NewReader(file), o) })
}

func importedSigrok(t testing.TB, file []byte, o Options) ([]capture.Record, Stats, error) {
	return importedFrom(t, func(w *capture.Writer) (Stats, error) {
		return ImportSigrok(w, bytes.NewReader(file), int64(len(file)), o)
	})
}

func importedCSV(t testing.TB, file string, pins io.Reader, o Options) ([]capture.Record, Stats, error) {
	return importedFrom(t, func(w *capture.Writer) (Stats, error) { return ImportSaleae(w, strings.NewReader(file), pins, o) })
}
