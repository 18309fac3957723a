package capture

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the program prints on the same line is kept as it is, colours, bells
// and backspaces included, at its place.
func TestConsoleText(t *testing.T) {
	m := smallTrace(t)
	lines := []string{"boot ", "\x1b[31mrot\x1b[0m\a\b\t\r\n", "grüße €", "x", "2", strings.Repeat("long ", 3000)}
	for len(lines) < len(m.frames)+1 {
		lines = append(lines, "")
	}
	var file []byte
	for i, f := range m.frames {
		file = append(append(file, lines[i]...), f...)
	}
	file = append(file, lines[len(m.frames)]...)

	got := examine(file)
	requireRecords(t, m.recs, got.recs)
	assert.Equal(t, strings.Join(lines[:len(m.frames)+1], ""), string(got.text))
	assert.True(t, got.loss.None())

	all, err := readAll(file)
	require.Equal(t, io.EOF, err)
	for _, rec := range all {
		if rec.Kind == KindText {
			assert.LessOrEqual(t, len(rec.Text), MaxText)
			assert.Equal(t, string(rec.Text), string(file[rec.Offset:][:len(rec.Text)]))
		}
	}
	assert.Equal(t, KindText, all[0].Kind)
	assert.Equal(t, KindStart, all[1].Kind)
}

// A record of text does not end in the middle of a character, and a character
// that arrives in two parts does not make the rest damage.
func TestTextOfManyBytes(t *testing.T) {
	frame := craft(0, 0, pinRecord)
	for shift := range 4 {
		text := strings.Repeat("x", shift) + strings.Repeat("€", 60000)
		all, err := readAll(append([]byte(text), frame...))
		require.Equal(t, io.EOF, err)
		var got []byte
		for _, rec := range all[:len(all)-1] {
			require.Equal(t, KindText, rec.Kind)
			if len(got)%MaxFrame+len(rec.Text) < MaxFrame && len(got)%MaxFrame > 0 {
				require.True(t, utf8.Valid(rec.Text))
			}
			got = append(got, rec.Text...)
		}
		require.Equal(t, text, string(got))
	}
}

func TestWhatIsNoText(t *testing.T) {
	for _, s := range []string{"\x7f", "a\x01b", "\xff", "\x80", "\xe2\x82", "abc\xc0\x80", "\x80\x80\x80\x80x", "\xe2\x82\xac\xe2("} {
		assert.False(t, IsText([]byte(s)), "%q", s)
	}
	for _, s := range []string{"a", "€", "\x82\xacx", "x\xe2\x82", "\x1b[0m"} {
		assert.True(t, IsText([]byte(s)), "%q", s)
	}
}

// An error of the stream comes after all that came before it, as it is.
func TestAnErrorOfTheStream(t *testing.T) {
	m := smallTrace(t)
	unplugged := errors.New("unplugged")
	r := NewReader(io.MultiReader(iotest.OneByteReader(bytes.NewReader(m.file())), iotest.ErrReader(unplugged)))
	all, err := drain(r)
	assert.Equal(t, unplugged, err)
	assert.Len(t, all, len(m.recs))
	assert.Equal(t, unplugged, r.Next(&Record{}), "and again")

	_, err = drain(NewReader(iotest.ErrReader(unplugged)))
	assert.Equal(t, unplugged, err)
}

// A frame is read as soon as it is there: a live view does not wait for more.
func TestAFrameIsReadWhenItIsThere(t *testing.T) {
	m := smallTrace(t)
	in, out := io.Pipe()
	defer in.Close()
	go func() { out.Write(bytes.Join(m.frames[:2], nil)) }() // and nothing after it, ever
	r := NewReader(in)
	var rec Record
	want := slices.Concat(m.per[:2]...)
	require.Len(t, want, 4)
	for i := range want {
		require.NoError(t, r.Next(&rec))
		require.Equal(t, want[i].Kind, rec.Kind)
	}
}

func TestTextsOfErrors(t *testing.T) {
	for e := ErrNotTrace; e <= ErrKind; e++ {
		assert.NotEqual(t, Error(0).Error(), e.Error())
	}
	assert.Equal(t, "unknown trace error", Error(200).Error())
	w, err := NewWriter(io.Discard, us)
	require.NoError(t, err)
	assert.Equal(t, ErrKind, w.Write(&Record{Kind: 99}))
	assert.Equal(t, ErrKind, w.Write(&Record{}))
}

func TestNamesOfPins(t *testing.T) {
	assert.Equal(t, "RESETN", PinReset.String())
	assert.Equal(t, "pin", Pin(99).String())
}
