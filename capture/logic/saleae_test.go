package logic

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

const us = time.Microsecond

// idle is a row with READY high, RESETN high and GPIO0 low.
const idle = "0,1,1,1,0"

func TestStart(t *testing.T) {
	o := Options{Labels: []capture.Label{{Key: "board", Value: "nano33"}}, Wall: time.Unix(1700000000, 42)}
	got, stats, err := imported(t, spiTable(), nil, o)
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Equal(t, o.Labels, got[0].Labels)
	assert.True(t, o.Wall.Equal(got[0].Wall))
	assert.Zero(t, stats)
}

func TestWindowsWithoutPins(t *testing.T) {
	got, stats, err := imported(t, spiTable(
		"enable,0.000010,0,,",
		"result,0.000011,0.000001,0xE0,0x00",
		"result,0.000012,0.000001,55,1",
		"disable,0.000014,0,,",
		"enable,0.000020,0,,",
		"disable,0.000021,0,,",
	), nil, Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		holding(win(10*us, 0, 4*us, 0), "\xE0\x37", "\x00\x01"),
		win(20*us, 0, us, 0),
	}, got)
	assert.Equal(t, Stats{Analyzer: "SPI", Windows: 2, Bytes: 2, Duration: 21 * us}, stats)
}

func TestReadyInsideAndOutsideWindows(t *testing.T) {
	got, _, err := imported(t, spiTable(
		"enable,0.000010,0,,", "result,0.000015,0,1,2", "disable,0.000030,0,,",
	), levels(idle,
		"0.000005,1,0,1,0", // armed
		"0.000010,0,0,1,0",
		"0.000013,0,1,1,0", // seen
		"0.000020,0,0,1,0", // a pulse later in the window
		"0.000022,0,1,1,1",
		"0.000030,1,1,1,1",
		"0.000040,1,0,0,1",
	), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		pin(5*us, capture.PinReady, false),
		pin(20*us, capture.PinReady, false),
		pin(22*us, capture.PinReady, true),
		pin(22*us, capture.PinGPIO0, true),
		holding(win(10*us, 3*us, 17*us, 0), "\x01", "\x02"),
		pin(40*us, capture.PinReady, false),
		pin(40*us, capture.PinReset, false),
	}, got)
}

// In one sample several lines can change.
func TestChangesInOneSample(t *testing.T) {
	got, _, err := imported(t, spiTable(
		"enable,0.000010,0,,", "result,0.000015,0,1,2", "disable,0.000020,0,,",
		"enable,0.000030,0,,", "disable,0.000040,0,,",
		"enable,0.000050,0,,", "disable,0.000060,0,,",
	), levels(idle,
		"0.000010,0,0,1,0", // falls with the select: before it
		"0.000020,1,1,1,0", // rises with the deselect: inside
		"0.000025,1,0,1,0",
		"0.000030,0,1,1,0", // rises with the select: inside
		"0.000040,1,0,1,0", // falls with the deselect: after it
		"0.000055,0,1,1,0",
		"0.000060,1,1,1,1",
	), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		pin(10*us, capture.PinReady, false),
		holding(win(10*us, 10*us, 0, 0), "\x01", "\x02"),
		pin(25*us, capture.PinReady, false),
		win(30*us, 0, 10*us, 0),
		pin(40*us, capture.PinReady, false),
		win(50*us, 5*us, 5*us, 0),
		pin(60*us, capture.PinGPIO0, true),
	}, got)
}

func TestHandshakeThatDidNotHappen(t *testing.T) {
	got, _, err := imported(t, spiTable(
		"enable,0.000010,0,,", "disable,0.000011,0,,",
		"enable,0.000020,0,,", "disable,0.000021,0,,",
	), levels(idle, "0.000015,1,0,1,0"), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		win(10*us, 0, us, capture.WaitTimedOut),
		pin(15*us, capture.PinReady, false),
		win(20*us, 0, us, capture.AckTimedOut),
	}, got)
}

func TestReadyInAWindowWithoutItsBeginning(t *testing.T) {
	got, _, err := imported(t, spiTable("result,0.000010,0,1,2", "disable,0.000020,0,,"),
		levels("0,0,0,1,0", "0.000015,0,1,1,0"), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		pin(0, capture.PinReady, false),
		pin(15*us, capture.PinReady, true), // after a select that nobody saw
		holding(win(10*us, 0, 10*us, capture.Incomplete), "\x01", "\x02"),
	}, got)
}

func TestPinsThatBeginInsideAWindow(t *testing.T) {
	got, _, err := imported(t, spiTable("enable,0.000010,0,,", "disable,0.000020,0,,"),
		levels("0.000015,0,1,1,0", "0.000016,0,0,1,0", "0.000017,0,1,1,0"), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		pin(16*us, capture.PinReady, false),
		pin(17*us, capture.PinReady, true),
		win(10*us, 0, 10*us, 0), // whether READY rose before is not known
	}, got)
}

func TestLinesThatAreNotAtRest(t *testing.T) {
	got, stats, err := imported(t, spiTable(), levels("0.000007,1,0,0,1", "0.000007,1,1,0,1"), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		pin(7*us, capture.PinReady, false),
		pin(7*us, capture.PinReset, false),
		pin(7*us, capture.PinGPIO0, true),
		pin(7*us, capture.PinReady, true),
	}, got)
	assert.Equal(t, 4, stats.Pins)
}

func TestLinesThatWereNotRecorded(t *testing.T) {
	got, _, err := imported(t, spiTable("enable,1,0,,", "disable,2,0,,"),
		strings.NewReader("irq,TIME [S],Channel 5\n0,0,1\n1,1.5,1\n"), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		pin(1500*time.Millisecond, capture.PinGPIO0, true),
		win(time.Second, 0, time.Second, 0),
	}, got)
}

func TestMissingParts(t *testing.T) {
	const cut = capture.Incomplete
	tests := []struct {
		name string
		rows []string
		want []capture.Record
	}{
		{"bytes before the first enable",
			[]string{"result,0.000001,0,1,2", "result,0.000002,0,3,4", "disable,0.000003,0,,", "enable,0.000005,0,,", "disable,0.000006,0,,"},
			[]capture.Record{holding(win(us, 0, 2*us, cut), "\x01\x03", "\x02\x04"), win(5*us, 0, us, 0)}},
		{"a disable first",
			[]string{"disable,0.000003,0,,"},
			[]capture.Record{win(3*us, 0, 0, cut)}},
		{"no disable before the next enable",
			[]string{"enable,0.000001,0,,", "result,0.000002,0,1,2", "enable,0.000005,0,,", "disable,0.000006,0,,"},
			[]capture.Record{holding(win(us, 0, 4*us, cut), "\x01", "\x02"), win(5*us, 0, us, 0)}},
		{"no disable at the end",
			[]string{"enable,0.000001,0,,", "result,0.000002,0.0000005,1,2"},
			[]capture.Record{holding(win(us, 0, 1500, cut), "\x01", "\x02")}},
		{"no byte and no disable",
			[]string{"enable,0.000001,0.000000004,,"},
			[]capture.Record{win(us, 0, 4, cut)}},
		{"bytes of one direction",
			[]string{"enable,0.000001,0,,", "result,0.000002,0,1,", "result,0.000003,0,,2", "disable,0.000004,0,,"},
			[]capture.Record{holding(win(us, 0, 3*us, cut), "\x01\xFF", "\x00\x02")}},
		{"the clock was lost",
			[]string{"enable,0.000001,0,,", "error,0.000002,0,,", "disable,0.000004,0,,", "error,0.000005,0,,"},
			[]capture.Record{win(us, 0, 3*us, cut)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, stats, err := imported(t, spiTable(tt.rows...), nil, Options{})
			require.NoError(t, err)
			requireRecords(t, tt.want, got)
			assert.Equal(t, 1, stats.Incomplete)
			assert.Equal(t, strings.Count(strings.Join(tt.rows, ""), "error"), stats.Troubles)
		})
	}
}

func TestFilesThatEndInTheMiddleOfARow(t *testing.T) {
	for _, tail := range []string{`"SPI"`, `"SPI","res`, `"SPI","result",0.0`, `"SPI","result",0.000005,0.1,0x`, "x"} {
		spi := io.MultiReader(spiTable("enable,0.000001,0,,", "result,0.000002,0,1,2"), strings.NewReader(tail))
		got, stats, err := imported(t, spi, nil, Options{})
		require.NoError(t, err, tail)
		requireRecords(t, []capture.Record{holding(win(us, 0, us, capture.Incomplete), "\x01", "\x02")}, got)
		assert.True(t, stats.Cut, tail)
	}
	for _, tail := range []string{"0.00", "0.000005,1,1,", `"0.0`, "0.000005,1,,1,1"} {
		pins := io.MultiReader(levels(idle, "0.000001,1,0,1,0"), strings.NewReader(tail))
		got, stats, err := imported(t, spiTable(), pins, Options{})
		require.NoError(t, err, tail)
		requireRecords(t, []capture.Record{pin(us, capture.PinReady, false)}, got)
		assert.True(t, stats.Cut, tail)
	}
	whole := strings.NewReader("name,type,start_time,mosi,miso\nSPI,enable,1,,\nSPI,disable,2,,")
	got, stats, err := imported(t, whole, nil, Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{win(time.Second, 0, time.Second, 0)}, got)
	assert.False(t, stats.Cut, "only the last end of line is missing")
}

func TestWindowLongerThanATraceCanHold(t *testing.T) {
	rows := []string{"enable,0,0,,"}
	for range capture.MaxWindow + 3 {
		rows = append(rows, "result,0,0,7,8")
	}
	got, stats, err := imported(t, spiTable(append(rows, "disable,1,0,,")...), nil, Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{holding(win(0, 0, time.Second, capture.Incomplete),
		strings.Repeat("\x07", capture.MaxWindow), strings.Repeat("\x08", capture.MaxWindow))}, got)
	assert.EqualValues(t, 3, stats.Lost)
}

func TestTimesBeforeZero(t *testing.T) {
	got, stats, err := imported(t, spiTable("enable,-0.000001,0,,", "disable,0.000001,0,,"),
		levels("-0.000003,1,0,1,0", "0,1,1,1,0"), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		pin(0, capture.PinReady, false),
		win(2*us, us, us, 0),
	}, got)
	assert.Equal(t, 3*us, stats.Shift)
	assert.Equal(t, 4*us, stats.Duration)
}

func TestHeadersAndDialects(t *testing.T) {
	want := []capture.Record{holding(win(us, 0, 4*us, 0), "\x01\x0A", "\x02\xFF")}
	for name, file := range map[string]string{
		"as exported":   "name,type,start_time,duration,\"mosi\",\"miso\"\nSPI,enable,0.000001,0,,\nSPI,result,0.000002,0,0x01,0x02\nSPI,result,0.000003,0,0x0A,0xFF\nSPI,disable,0.000005,0,,\n",
		"Windows, BOM":  "\uFEFFname,type,start_time,duration,\"mosi\",\"miso\"\r\nSPI,enable,0.000001,0,,\r\nSPI,result,0.000002,0,1,2\r\n\r\nSPI,result,0.000003,0,10,255\r\nSPI,disable,0.000005,0,,\r\n",
		"another order": "MISO,Mosi,data,START_TIME,type,name\n,,x,1e-6,enable,SPI\n0x02,\"0x01\",,2E-06,result,SPI\n0xff,0b1010,,3e-06,result,SPI\n,,,5e-6,disable,SPI\n",
		"short rows":    "name,type,start_time,duration,mosi,miso\nSPI,enable,0.000001\nSPI,result, 0.000002 ,,\"1\",\"2\"\nSPI,result,0.000003,0,10,255\nSPI,disable,.000005\n",
	} {
		got, _, err := imported(t, strings.NewReader(file), nil, Options{})
		require.NoError(t, err, name)
		requireRecords(t, want, got)
	}
}

func TestSeveralAnalyzers(t *testing.T) {
	const file = "name,type,start_time,duration,mosi,miso,data\n" +
		"UART,data,0,0,,,0x55\n" +
		"WiFi,enable,0.000001,0,,,\n" +
		"Flash,enable,0.000001,0,,,\n" +
		"Flash,result,0.000001,0,3,4,\n" +
		"WiFi,result,0.000002,0,1,2,\n" +
		"UART,data,what,0,,,0x55\n" +
		"WiFi,disable,0.000003,0,,,\n" +
		"Flash,disable,0.000004,0,,,\n"
	for name, want := range map[string]capture.Record{
		"":      holding(win(us, 0, 2*us, 0), "\x01", "\x02"),
		"WiFi":  holding(win(us, 0, 2*us, 0), "\x01", "\x02"),
		"Flash": holding(win(us, 0, 3*us, 0), "\x03", "\x04"),
	} {
		got, stats, err := imported(t, strings.NewReader(file), nil, Options{Analyzer: name})
		require.NoError(t, err)
		requireRecords(t, []capture.Record{want}, got)
		assert.Equal(t, 5, stats.Skipped)
		assert.Contains(t, "WiFi "+name, stats.Analyzer)
	}
	_, _, err := imported(t, strings.NewReader(file), nil, Options{Analyzer: "SPI"})
	var none *AnalyzerError
	require.ErrorAs(t, err, &none)
	assert.Equal(t, AnalyzerError{Want: "SPI", Have: []string{"UART", "WiFi", "Flash"}}, *none)
	assert.Contains(t, err.Error(), `"SPI"`)

	_, _, err = imported(t, strings.NewReader("name,type,start_time,mosi,miso\nUART,data,0,,\n"), nil, Options{})
	require.ErrorAs(t, err, &none)
	assert.Equal(t, AnalyzerError{Have: []string{"UART"}}, *none)
}

func TestTableWithoutChipSelect(t *testing.T) {
	_, _, err := imported(t, spiTable("result,0,0,1,2", "result,1,0,1,2"), nil, Options{})
	var none *SelectError
	require.ErrorAs(t, err, &none)
	assert.Equal(t, SelectError{Analyzer: "SPI", Bytes: 2}, *none)
	assert.Contains(t, err.Error(), "2 bytes and no chip select")
}

func TestErrorsOfReadersAndWriter(t *testing.T) {
	broken := errors.New("broken")
	_, _, err := imported(t, iotest.ErrReader(broken), nil, Options{})
	require.ErrorIs(t, err, broken)
	_, stats, err := imported(t, io.MultiReader(spiTable("enable,0,0,,", "disable,1,0,,"), iotest.ErrReader(broken)), nil, Options{})
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "analyzer table, line 4")
	assert.Equal(t, 1, stats.Windows)
	_, _, err = imported(t, spiTable(), iotest.ErrReader(broken), Options{})
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "digital export, line 1")

	w, err := capture.NewWriter(failing{broken}, time.Nanosecond)
	require.NoError(t, err)
	rows := []string{}
	for range 20000 {
		rows = append(rows, "enable,0,0,,", "result,0,0,1,2", "disable,0,0,,")
	}
	stats, err = ImportSaleae(w, spiTable(rows...), nil, Options{})
	require.ErrorIs(t, err, broken)
	assert.Less(t, stats.Windows, 20000)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestSmallReads(t *testing.T) {
	var file bytes.Buffer
	_, err := io.Copy(&file, spiTable("enable,0.000001,0,,", "result,0.000002,0,1,2", "disable,0.000003,0,,"))
	require.NoError(t, err)
	got, _, err := imported(t, iotest.OneByteReader(&file), iotest.OneByteReader(levels(idle)), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{holding(win(us, 0, 2*us, capture.WaitTimedOut), "\x01", "\x02")}, got)
}
