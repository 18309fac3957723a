package pcapng

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// events is a Source of what it holds, and then of err.
type events struct {
	list []decode.Event
	err  error
}

func (s *events) Next(ev *decode.Event) error {
	if len(s.list) == 0 {
		return s.err
	}
	*ev, s.list = s.list[0], s.list[1:]
	return nil
}

func source(list ...decode.Event) *events { return &events{list, io.EOF} }

// exported exports a list of events and takes the file apart.
func exported(t *testing.T, list ...decode.Event) (file, Stats) {
	t.Helper()
	var buf bytes.Buffer
	stats, err := Export(&buf, source(list...), Options{})
	require.NoError(t, err)
	return read(t, buf.Bytes()), stats
}

// A file is a pcapng file as the specification has it, read without any code
// of the package.
type file struct {
	packets    []packet
	statistics packet // nothing but time and options
}

type packet struct {
	at      uint64
	data    []byte
	options map[uint16][][]byte
}

func (p *packet) comments() []string {
	var all []string
	for _, c := range p.options[1] {
		all = append(all, string(c))
	}
	return all
}

// number returns the value of an option that must be there once.
func (p *packet) number(t *testing.T, code uint16) uint64 {
	t.Helper()
	require.Len(t, p.options[code], 1, "option %d", code)
	switch v := p.options[code][0]; len(v) {
	case 4:
		return uint64(binary.LittleEndian.Uint32(v))
	case 8:
		return binary.LittleEndian.Uint64(v)
	}
	require.Fail(t, "not a number")
	return 0
}

// halves returns the time in 8 bytes, of which the upper 4 come first.
func halves(v []byte) uint64 {
	return uint64(binary.LittleEndian.Uint32(v))<<32 | uint64(binary.LittleEndian.Uint32(v[4:]))
}

// read takes a file apart and insists on its form.
func read(t *testing.T, b []byte) file {
	t.Helper()
	var f file
	for i := 0; len(b) > 0; i++ {
		require.GreaterOrEqual(t, len(b), 12)
		kind, n := binary.LittleEndian.Uint32(b), int(binary.LittleEndian.Uint32(b[4:]))
		require.Zero(t, n%4)
		require.LessOrEqual(t, n, len(b))
		require.Equal(t, n, int(binary.LittleEndian.Uint32(b[n-4:])))
		body := b[8 : n-4]
		b = b[n:]
		switch {
		case i == 0:
			require.EqualValues(t, 0x0A0D0D0A, kind)
		case i == 1:
			require.EqualValues(t, 1, kind)
			require.EqualValues(t, 147, binary.LittleEndian.Uint16(body))
		case len(b) == 0:
			require.EqualValues(t, 5, kind, "the file ends with its statistics")
			f.statistics = packet{at: halves(body[4:]), options: options(t, body[12:])}
		default:
			require.EqualValues(t, 6, kind)
			f.packets = append(f.packets, enhanced(t, body))
		}
	}
	return f
}

func enhanced(t *testing.T, body []byte) packet {
	t.Helper()
	require.Zero(t, binary.LittleEndian.Uint32(body), "the only interface")
	n := int(binary.LittleEndian.Uint32(body[12:]))
	require.EqualValues(t, n, binary.LittleEndian.Uint32(body[16:]))
	end := 20 + (n+3)/4*4
	require.Equal(t, make([]byte, end-20-n), body[20+n:end])
	return packet{at: halves(body[4:]), data: body[20 : 20+n], options: options(t, body[end:])}
}

func options(t *testing.T, b []byte) map[uint16][][]byte {
	t.Helper()
	all := map[uint16][][]byte{}
	for len(b) > 0 {
		code, n := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if code == 0 {
			require.Len(t, b, 4, "the end of the options is the end")
			return all
		}
		require.NotZero(t, n, "gopacket does not understand empty options")
		all[code] = append(all[code], b[4:4+n])
		b = b[4+(n+3)/4*4:]
	}
	require.Empty(t, all, "options without an end")
	return all
}

// exchange makes an exchange without decoded parts.
func exchange(n int, at time.Duration, request, reply string) decode.Event {
	ex := decode.Exchange{N: n, Time: at, Cmd: 0x20, Wait: 1500 * time.Microsecond}
	ex.Request = decode.Transaction{Time: at, Bytes: []byte(request), Window: capture.Window{Call: 1}}
	ex.Reply = decode.Transaction{Time: at + 2*time.Millisecond, Window: capture.Window{Call: 1}}
	if reply != "" {
		ex.Reply.Bytes = []byte(reply)
	}
	return decode.Event{Exchange: ex}
}

func record(r capture.Record) decode.Event { return decode.Event{Record: r} }
