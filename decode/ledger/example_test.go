package ledger_test

import (
	"fmt"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/ledger"
	"github.com/ninatrace/ninatrace/traces"
)

// The sockets of a trace.
func Example() {
	file, err := traces.FS.Open("arduino-2.1.0-http-get.nina")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	led := ledger.New(func(ev *ledger.Event) {
		switch c := ev.Conv; ev.Kind {
		case ledger.EventData:
			fmt.Println(ev.Data.From, ev.Data.Len, "bytes")
		case ledger.EventClosed:
			fmt.Println(c.Kind, c.Host, c.Sent, c.Received, c.Cause)
		}
	})
	dec := decode.NewDecoder(file)
	var ev decode.Event
	for dec.Next(&ev) == nil {
		led.Add(&ev)
	}
	led.Close()
	// Output:
	// host 63 bytes
	// peer 87 bytes
	// tcp http.test 63 87 peer
}
