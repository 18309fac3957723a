package logic

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

// maxMetadata is the longest metadata, in bytes.
const maxMetadata = 1 << 20

// A metadata is what a session file of sigrok says of its samples:
//
//	[device 1]
//	capturefile=logic-1
//	total probes=8
//	samplerate=24 MHz
//	probe1=CS
//	unitsize=1
//
// Of several devices the first counts.
type metadata struct {
	captureFile string
	rate        uint64   // samples a second
	names       []string // of the channels, empty: none of that number
	unitSize    int      // bytes a sample
}

// newMetadata parses the metadata, line by line.
func newMetadata(text []byte) (*metadata, error) {
	m := &metadata{}
	device, line := false, 0
	for row := range strings.Lines(string(text)) {
		line++
		row = strings.TrimSpace(row)
		if strings.HasPrefix(row, "[") {
			if m.captureFile != "" {
				break
			}
			device = strings.HasPrefix(row, "[device")
			continue
		}
		key, value, ok := strings.Cut(row, "=")
		if !device || !ok {
			continue
		}
		if want := m.set(strings.TrimSpace(key), strings.TrimSpace(value)); want != "" {
			return nil, &RowError{File: Metadata, Line: line, Name: key, Got: shown(value), Want: want}
		}
	}
	return m, m.check(line)
}

// set takes a value, or says what it should be.
func (m *metadata) set(key, value string) (want string) {
	number, probe := strings.CutPrefix(key, "probe")
	switch n, err := strconv.Atoi(number); {
	case key == "capturefile":
		if value == "" || path.Base(value) != value {
			return "the name of a member"
		}
		m.captureFile = value
	case key == "samplerate":
		var ok bool
		if m.rate, ok = frequency(value); !ok {
			return "a rate such as 24 MHz"
		}
	case key == "unitsize":
		if m.unitSize, err = strconv.Atoi(value); err != nil || m.unitSize < 1 || m.unitSize > maxChannels/8 {
			return "1 to 8 bytes"
		}
	case probe && err == nil:
		if n < 1 || n > maxChannels {
			return "the name of one of 64 channels"
		}
		for len(m.names) < n {
			m.names = append(m.names, "")
		}
		m.names[n-1] = value
	}
	return ""
}

// check says what is missing.
func (m *metadata) check(line int) error {
	lacks := ""
	switch {
	case m.captureFile == "":
		lacks = "capturefile"
	case m.rate == 0:
		lacks = "samplerate"
	case m.unitSize == 0:
		lacks = "unitsize"
	case len(m.names) > 8*m.unitSize:
		lacks = fmt.Sprintf("unitsize for %d channels", len(m.names))
	default:
		return nil
	}
	return &RowError{File: Metadata, Line: max(line, 1), Want: "the end of a device with " + lacks}
}

// frequency parses a rate such as 24 MHz, 12.5 kHz or 1000000.
func frequency(s string) (uint64, bool) {
	m, scale, rest, ok := mantissa(s)
	exp, known := map[string]int{"": 0, "hz": 0, "khz": 3, "mhz": 6, "ghz": 9}[strings.ToLower(strings.TrimSpace(rest))]
	hz, fits := shifted(m, scale+exp)
	return uint64(hz), ok && known && fits && hz > 0
}
