package ledger

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/capture"
)

// masked withholds bytes of the request or the reply of an exchange.
func masked(step []capture.Record, window, off, n int) []capture.Record {
	w := &step[window].Window
	for i := off; i < off+n; i++ {
		if window == 0 {
			w.MOSI[i] = '*'
		} else {
			w.MISO[i] = '*'
		}
	}
	if span := []capture.Span{{Off: off, Len: n}}; window == 0 {
		w.Masks = span
	} else {
		w.MISOMasks = span
	}
	return step
}

// cut leaves out the end of a window, as a recorder that was told to.
func cut(step []capture.Record, window, keep int) []capture.Record {
	w := &step[window].Window
	w.Omitted = len(w.MOSI) - keep
	w.MOSI, w.MISO = w.MOSI[:keep], w.MISO[:keep]
	return step
}

// What was withheld or left out is known by its length.
func TestUnknownBytes(t *testing.T) {
	send := func() []capture.Record { return ask("E04402 000100 0005 68656C6C6F EE", "E0C401020500EE") }
	read := func() []capture.Record { return ask("E04502 000100 0002DC05 EE", "E0C5010004 68692121 EE") }
	part := func() []capture.Record { return ask("E04602 000100 0004 68696869 EE", "E0C6010101EE") }
	for name, c := range map[string]struct {
		step []capture.Record
		want string
	}{
		"withheld of a request":  {masked(send(), 0, 8, 5), `2 host 1 5 "" withheld`},
		"withheld of a reply":    {masked(read(), 1, 5, 4), `2 peer 1 4 "" withheld`},
		"left out of a request":  {cut(send(), 0, 10), `2 host 1 5 "he"`},
		"all left out of it":     {cut(send(), 0, 8), `2 host 1 5 ""`},
		"left out of a reply":    {cut(read(), 1, 6), `2 peer 1 4 "h"`},
		"with the length itself": {cut(read(), 1, 4), "2 gap 1"},
	} {
		t.Run(name, func(t *testing.T) { assert.Contains(t, events(t, dial, c.step), c.want) })
	}
	assert.Contains(t, events(t, bindUDP, aimUDP, insert, cut(part(), 0, 10), insert, sendUDP),
		`6 host 1 8 "hihi" datagram 192.168.1.10:53`, "what is behind a hole is not shown in its place")
	assert.Contains(t, events(t, bindUDP, aimUDP, insert, masked(part(), 0, 8, 4), sendUDP),
		`5 host 1 6 "hi" datagram withheld 192.168.1.10:53`)
}
