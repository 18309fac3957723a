package fidelity

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/logic"
)

// A Recording is what the lines of a link did, in order.
type Recording struct {
	Name  string
	Steps []Step
}

// A Step is one chip-select window, or an edge of RESETN.
type Step struct {
	At         time.Duration // of the select, or the edge, since the recording began
	MOSI, MISO []byte        // of a window, as many bytes of each
	Edge       bool          // it is an edge of RESETN
	Released   bool          // edge: RESETN is high from here on
	Strap      bool          // edge: the level of GPIO0
	Unarmed    bool          // window: READY was high at the select, so nothing was armed
	Armed      bool          // window: READY was low again afterwards
}

// Files of a recording: NAME and one of these.
const (
	busFile  = ".spi.csv"
	pinsFile = ".digital.csv"
)

// Load reads all recordings of a folder, by name. It fails where there are
// none.
func Load(dir string) ([]*Recording, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*"+busFile))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no recording in %s: want NAME%s and NAME%s", dir, busFile, pinsFile)
	}
	var all []*Recording
	for _, file := range files {
		base := strings.TrimSuffix(file, busFile)
		spi, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		pins, err := os.ReadFile(base + pinsFile)
		if err != nil {
			return nil, err
		}
		r, err := Read(filepath.Base(base), spi, pins)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", base, err)
		}
		all = append(all, r)
	}
	return all, nil
}

// Read makes a recording of the two files of a Logic 2 export.
func Read(name string, spi, pins []byte) (*Recording, error) {
	var trace bytes.Buffer
	w, err := capture.NewWriter(&trace, time.Nanosecond)
	if err != nil {
		return nil, err
	}
	if _, err := logic.ImportSaleae(w, bytes.NewReader(spi), bytes.NewReader(pins), logic.Options{}); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	r := &Recording{Name: name}
	return r, r.take(capture.NewReader(&trace))
}

// take makes steps of the records of a trace. GPIO0 is pulled up as long as
// nothing is told of it.
func (r *Recording) take(trace *capture.Reader) error {
	strap, held := true, false
	for {
		var rec capture.Record
		if err := trace.Next(&rec); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		switch {
		case rec.Kind == capture.KindWindow:
			r.window(&rec)
		case rec.Kind != capture.KindPin:
		case rec.Pin == capture.PinGPIO0, rec.Pin == capture.PinStrap:
			strap = rec.High
		case rec.Pin == capture.PinReady && !rec.High && len(r.Steps) > 0:
			r.Steps[len(r.Steps)-1].Armed = true
		case rec.Pin == capture.PinReset && rec.High == held:
			held = !rec.High
			r.Steps = append(r.Steps, Step{At: rec.Time, Edge: true, Released: rec.High, Strap: strap})
		}
	}
}

func (r *Recording) window(rec *capture.Record) {
	w := &rec.Window
	r.Steps = append(r.Steps, Step{
		At: rec.Time, MOSI: bytes.Clone(w.MOSI), MISO: bytes.Clone(w.MISO),
		Unarmed: w.Status&capture.WaitTimedOut != 0,
	})
}
