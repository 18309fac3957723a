package decode_test

import (
	"bytes"
	"fmt"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// trace is a trace of one exchange, which asks for the connection status.
func trace() *bytes.Buffer {
	var file bytes.Buffer
	w, err := capture.NewWriter(&file, time.Microsecond)
	if err != nil {
		panic(err)
	}
	idle := []byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}
	for i, win := range []capture.Window{
		{Dur: 20 * time.Microsecond, MOSI: []byte{0xE0, 0x20, 0x00, 0xEE}, MISO: make([]byte, 4)},
		{Dur: 30 * time.Microsecond, MOSI: idle, MISO: []byte{0xE0, 0xA0, 0x01, 0x01, 0x03, 0xEE}},
	} {
		at := time.Second + time.Duration(i)*100*time.Microsecond
		if err := w.Write(&capture.Record{Kind: capture.KindWindow, Time: at, Window: win}); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return &file
}

func ExampleDecoder() {
	dec := decode.NewDecoder(trace())
	var ev decode.Event
	for dec.Next(&ev) == nil {
		if ex := &ev.Exchange; ex.N != 0 {
			fmt.Println(ex.Name(), ex.Status, ex.Results[0].Int(), ex.Wait)
		}
	}
	// Output: GET_CONN_STATUS ok 3 80µs
}

func ExampleAppendJSON() {
	dec := decode.NewDecoder(trace())
	var ev decode.Event
	for dec.Next(&ev) == nil {
		if ev.Exchange.N != 0 {
			fmt.Printf("%s\n", decode.AppendJSON(nil, &ev.Exchange, 0))
		}
	}
	// Output: {"n":1,"t":1.000000000,"cmd":"GET_CONN_STATUS","code":32,"args":{},"reply":{"status":3},"status":"ok","wait_us":80}
}

func ExampleAppendText() {
	dec := decode.NewDecoder(trace())
	var ev decode.Event
	for dec.Next(&ev) == nil {
		line := decode.AppendText(nil, &ev, decode.TextOptions{})
		fmt.Printf("%s\n", bytes.TrimSpace(line))
	}
	// Output:
	// 0.000000000          ══ recording starts
	// 1    1.000000000    80µs  GET_CONN_STATUS → status=3(CONNECTED)
}

func ExampleSummary() {
	dec := decode.NewDecoder(trace())
	var sum decode.Summary
	var ev decode.Event
	for dec.Next(&ev) == nil {
		sum.Add(&ev)
	}
	fmt.Println(sum.Exchanges, sum.Commands)
	// Output: 1 map[GET_CONN_STATUS:1]
}
