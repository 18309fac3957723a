package logic

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBadRows(t *testing.T) {
	const head = "name,type,start_time,duration,\"mosi\",\"miso\"\n"
	long := strings.Repeat("x", 2*maxRow)
	tests := []struct {
		name      string
		spi, pins string
		want      RowError
		text      string
	}{
		{name: "empty table", spi: "",
			want: RowError{File: Table, Line: 1, Want: "a header with the names of the columns"}},
		{name: "another export", spi: "name,type,start_time,duration,data\nUART,data,0.1,0,0x05\n",
			want: RowError{File: Table, Line: 1, Got: "name,type,start_time,duration,data", Want: "a header with the columns name, type, start_time, mosi, miso"},
			text: `analyzer table, line 1: "name,type,start_time,duration,data" is not a header with the columns name, type, start_time, mosi, miso`},
		{name: "no export", spi: "the quick,brown fox\n",
			want: RowError{File: Table, Line: 1, Got: "the quick,brown fox", Want: "the header of a data table (name, type, start_time, mosi, miso), an SPI export (Time [s], Packet ID, MOSI, MISO) or a digital export (Time [s] and channels)"}},
		{name: "packets without bytes", spi: "Time [s],Packet ID,Data\n",
			want: RowError{File: Packets, Line: 1, Got: "Time [s],Packet ID,Data", Want: "a header with the columns Time [s], Packet ID, MOSI, MISO"}},
		{name: "a packet's time", spi: "Time [s],Packet ID,MOSI,MISO\n0.1,0,0x05,0xFF\nsoon,0,0x05,0xFF\n",
			want: RowError{File: Packets, Line: 3, Column: 1, Name: "Time [s]", Got: "soon", Want: "a time in seconds"},
			text: `SPI export, line 3, column 1 (Time [s]): "soon" is not a time in seconds`},
		{name: "packets go back", spi: "Time [s],Packet ID,MOSI,MISO\n0.1,0,0x05,0xFF\n0.05,0,0x05,0xFF\n",
			want: RowError{File: Packets, Line: 3, Column: 1, Name: "Time [s]", Got: "0.05", Want: "a time from that of the row before on"}},
		{name: "a packet's byte", spi: "Time [s],Packet ID,MOSI,MISO\n0.1,0,0x05,0xFG\n",
			want: RowError{File: Packets, Line: 2, Column: 12, Name: "MISO", Got: "0xFG", Want: "a byte such as 0x05"}},
		{name: "dates and seconds", spi: "Time [s],Packet ID,MOSI,MISO\n2024-02-29T12:00:00Z,0,0x05,0xFF\n1.5,0,1,1\n",
			want: RowError{File: Packets, Line: 3, Column: 1, Name: "Time [s]", Got: "1.5", Want: "a date and time such as 2024-02-29T12:00:00.000000001Z"}},
		{name: "unknown type", spi: head + "SPI,enable,0,0,,\nSPI,start,0,0,,\n",
			want: RowError{File: Table, Line: 3, Column: 5, Name: "type", Got: "start", Want: "enable, result, disable or error"}},
		{name: "no time", spi: head + "\n\"SPI\",\"enable\",abc,0,,\n",
			want: RowError{File: Table, Line: 3, Column: 16, Name: "start_time", Got: "abc", Want: "a time in seconds"},
			text: `analyzer table, line 3, column 16 (start_time): "abc" is not a time in seconds`},
		{name: "a time that is missing", spi: head + "SPI,enable\n",
			want: RowError{File: Table, Line: 2, Name: "start_time", Want: "a time in seconds"}},
		{name: "a time of 100 years", spi: head + "SPI,enable,3153600000,0,,\n",
			want: RowError{File: Table, Line: 2, Column: 12, Name: "start_time", Got: "3153600000", Want: "a time in seconds"}},
		{name: "time goes back", spi: head + "SPI,enable,2,0,,\r\nSPI,disable,1.9,0,,\r\n",
			want: RowError{File: Table, Line: 3, Column: 13, Name: "start_time", Got: "1.9", Want: "a time from that of the row before on"}},
		{name: "duration", spi: head + "SPI,enable,2,-1,,\n",
			want: RowError{File: Table, Line: 2, Column: 14, Name: "duration", Got: "-1", Want: "a duration in seconds"}},
		{name: "nine bits", spi: head + "SPI,enable,0,0,,\nSPI,result,0,0,0x00,0x100\n",
			want: RowError{File: Table, Line: 3, Column: 21, Name: "miso", Got: "0x100", Want: "a byte such as 0x05"}},
		{name: "text", spi: head + "SPI,result,0,0,'a',1\n",
			want: RowError{File: Table, Line: 2, Column: 16, Name: "mosi", Got: "'a'", Want: "a byte such as 0x05"}},
		{name: "no byte", spi: head + "SPI,result,0,0,,\n",
			want: RowError{File: Table, Line: 2, Column: 17, Name: "miso", Want: "a byte such as 0x05"}},
		{name: "quotes", spi: head + "SPI,enable,0,0,,\nSPI,res\"ult,0,0,1,1\n",
			want: RowError{File: Table, Line: 3, Column: 8, Got: "SPI,res\"ult,0,0,1,1", Want: "a CSV row: bare \" in non-quoted-field"}},
		{name: "long row", spi: head + "SPI,enable,0,0,,\n" + long + "\n",
			want: RowError{File: Table, Line: 3, Got: long[:maxShown] + "...", Want: "a row of at most 65536 bytes"}},
		{name: "quote without an end", spi: head + "SPI,\"enable,0,0,,\n" + strings.Repeat("SPI,enable,0,0,,\n", 10000),
			want: RowError{File: Table, Line: 3857, Got: "SPI,enable,0,0,,", Want: "a row of at most 65536 bytes"}},
		{name: "long value", spi: head + "SPI,enable," + long[:100] + ",0,,\n",
			want: RowError{File: Table, Line: 2, Column: 12, Name: "start_time", Got: long[:maxShown] + "...", Want: "a time in seconds"}},

		{name: "empty export", spi: head, pins: "\n",
			want: RowError{File: Digital, Line: 1, Want: "a header with the names of the columns"}},
		{name: "no channel names", spi: head, pins: "Time [s],Channel 0\n",
			want: RowError{File: Digital, Line: 1, Got: "Time [s],Channel 0", Want: "a header with Time [s] and one of READY, RESETN, GPIO0"}},
		{name: "level", spi: head, pins: "Time [s],CS,READY\n0,1,0\n1,x,Z\n",
			want: RowError{File: Digital, Line: 3, Column: 5, Name: "READY", Got: "Z", Want: "a level, 0 or 1"},
			text: `digital export, line 3, column 5 (READY): "Z" is not a level, 0 or 1`},
		{name: "a level that is missing", spi: head, pins: "Time [s],CS,READY\n0,1\n",
			want: RowError{File: Digital, Line: 2, Name: "READY", Want: "a level, 0 or 1"}},
		{name: "date", spi: head, pins: "Time [s],READY\n0,1\n2023-11-01T10:00:00Z,1\n",
			want: RowError{File: Digital, Line: 3, Column: 1, Name: "Time [s]", Got: "2023-11-01T10:00:00Z", Want: "a time in seconds"}},
		{name: "pins go back", spi: head, pins: "Time [s],READY\n-1,1\n-2,0\n",
			want: RowError{File: Digital, Line: 3, Column: 1, Name: "Time [s]", Got: "-2", Want: "a time from that of the row before on"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var pins io.Reader
			if tt.pins != "" {
				pins = strings.NewReader(tt.pins)
			}
			_, _, err := imported(t, strings.NewReader(tt.spi), pins, Options{})
			var row *RowError
			require.ErrorAs(t, err, &row)
			assert.Equal(t, tt.want, *row)
			if tt.text != "" {
				assert.EqualError(t, err, tt.text)
			}
		})
	}
}
