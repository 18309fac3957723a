package logic

import (
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

const dumpHeader = "$timescale 1 ns $end\n$var wire 1 ! CS $end\n$var wire 1 aa CLK $end\n$var wire 1 # MOSI $end\n" +
	"$var wire 1 $ MISO $end\n$var reg 8 % data [7:0] $end\n$var wire 1 & RESETN $end\n$enddefinitions $end\n"

func TestBadDumps(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want RowError
	}{
		"nothing":              {"", RowError{Line: 1, Want: "$enddefinitions, at the end of the file"}},
		"text":                 {"\n\nhello", RowError{Line: 3, Got: "hello", Want: "a section of a dump's header such as $timescale or $var"}},
		"a cut header":         {"$var wire 1 ! CS", RowError{Line: 1, Want: "$end, at the end of the file"}},
		"a short variable":     {"$var wire 1 $end", RowError{Line: 1, Got: "wire 1", Want: "a variable such as wire 1 ! CS"}},
		"a scale of 0":         {"$timescale 0 ns $end", RowError{Line: 1, Got: "0ns", Want: "a time scale such as 1 ns"}},
		"a scale in hours":     {"$timescale 1 h $end", RowError{Line: 1, Got: "1h", Want: "a time scale such as 1 ns"}},
		"a time that is none":  {dumpHeader + "#0\n#x", RowError{Line: 10, Got: "#x", Want: "a time such as #125"}},
		"a time of 100 years":  {dumpHeader + "#3153600000000000000", RowError{Line: 9, Got: "#3153600000000000000", Want: "a time such as #125"}},
		"a time of 30 digits":  {dumpHeader + "#111111111111111111111111111111", RowError{Line: 9, Got: "#111111111111111111111111111111", Want: "a time such as #125"}},
		"time goes back":       {dumpHeader + "#5\n#4", RowError{Line: 10, Got: "#4", Want: "a time from that before on"}},
		"an unknown variable":  {dumpHeader + "#5 1?", RowError{Line: 9, Got: "1?", Want: "a change of a variable of the header"}},
		"a value that is none": {dumpHeader + "#5 2!", RowError{Line: 9, Got: "2!", Want: "a change of a value such as 1! or b1 !"}},
		"a late declaration":   {dumpHeader + "#5 $var", RowError{Line: 9, Got: "$var", Want: "a change of a value, $dumpvars or $comment"}},
		"a long word":          {dumpHeader + strings.Repeat("1", 1<<17), RowError{Line: 9, Got: strings.Repeat("1", maxShown) + "...", Want: "a word of at most 4096 bytes"}},
		"a long section":       {"$var" + strings.Repeat(" wire", 5000), RowError{Line: 1, Got: ("wire" + strings.Repeat(" wire", 20))[:maxShown] + "...", Want: "a short section"}},
		"64 channels":          {strings.Repeat("$var wire 1 ! A $end\n", 2) + manyVars(64), RowError{Line: 65, Got: "V62", Want: "one of at most 63 variables of one bit"}},
		"5000 variables":       {strings.ReplaceAll(manyVars(5000), " 1 ", " 2 "), RowError{Line: 4097, Got: "V4096", Want: "one of at most 4096 variables"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := importedVCD(t, c.file, Options{})
			var row *RowError
			require.ErrorAs(t, err, &row)
			c.want.File = VCD
			assert.Equal(t, c.want, *row)
		})
	}
}

// manyVars declares variables of one bit.
func manyVars(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("$var wire 1 v" + strings.Repeat("x", i/64) + string(rune('0'+i%64)) + " V" + strconv.Itoa(i) + " $end\n")
	}
	return b.String()
}

// What simulators and others write besides.
func TestDialectsOfDumps(t *testing.T) {
	const body = "$comment a\nb $end $dumpvars b1 ! 0aa x# z$ bx % 1& $end\n#1000000\nbxx10 !\nb00000000 % r1.5 %\n" +
		"$comment #5 1aa $end #2000000\n1! $dumpoff x% $end\n#2500000"
	for name, c := range map[string]struct {
		scale string
		tick  time.Duration
	}{"1 fs": {"1fs", 1}, "1 ps": {"1ps", 1000}, "10 ps": {"10 ps", 10_000}, "1 ns": {"1\nns", 1e6}, "1 us": {"1 us", 1e9}} {
		t.Run(name, func(t *testing.T) {
			head := strings.Replace(dumpHeader, "1 ns", c.scale, 1)
			got, _, err := importedVCD(t, head+body, Options{})
			require.NoError(t, err)
			requireRecords(t, []capture.Record{win(c.tick, 0, c.tick, 0)}, got)
		})
	}
	got, _, err := importedVCD(t, strings.ReplaceAll(dumpHeader+body, "\n", "\r\n"), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{win(1e6, 0, 1e6, 0)}, got)
}

func TestADumpInSmallReads(t *testing.T) {
	want := spaced(fake(2), grid)
	got, _, err := importedFrom(t, func(w *capture.Writer) (Stats, error) {
		return ImportVCD(w, iotest.OneByteReader(strings.NewReader(render(want).vcd())), Options{})
	})
	require.NoError(t, err)
	requireRecords(t, want, got)
	_, err = ImportVCD(writer(t), iotest.TimeoutReader(iotest.HalfReader(strings.NewReader(render(want).vcd()))), Options{})
	require.ErrorIs(t, err, iotest.ErrTimeout)
	require.ErrorContains(t, err, "value change dump, line 1")
}
