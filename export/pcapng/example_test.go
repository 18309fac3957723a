package pcapng_test

import (
	"bytes"
	"fmt"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/export/pcapng"
)

func ExampleExport() {
	var trace, file bytes.Buffer
	w, _ := capture.NewWriter(&trace, time.Microsecond)
	w.Write(&capture.Record{Kind: capture.KindWindow, Time: time.Millisecond, Window: capture.Window{
		MOSI: []byte("\xE0\x20\x00\xEE"), MISO: make([]byte, 4)}})
	w.Write(&capture.Record{Kind: capture.KindWindow, Time: 2 * time.Millisecond, Window: capture.Window{
		MOSI: bytes.Repeat([]byte{0xFF}, 6), MISO: []byte("\xE0\xA0\x01\x01\x03\xEE")}})
	w.Close()

	stats, err := pcapng.Export(&file, decode.NewDecoder(&trace), pcapng.Options{})
	fmt.Println(stats.Packets, "packets", err)
	// Output: 2 packets <nil>
}
