package decode

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/capture"
)

// Each answer says whether it found something, and whether it would if it came
// again.
func TestPollsThatFindNothing(t *testing.T) {
	const none, found, not = PolledNothing, PolledFound, NotPolled
	var polls Polls
	for i, c := range []struct {
		request, reply string
		now, again     Polled
	}{
		{"E02000EE", "E0A0010101EE", found, none}, // GET_CONN_STATUS: the first is news
		{"E02000EE", "E0A0010101EE", none, none},
		{"E02000EE", "E0A0010103EE", found, none},
		{"E02F010102EEFFFF", "E0AF010104EE", none, none}, // GET_CLIENT_STATE_TCP: established, as expected
		{"E02F010102EEFFFF", "E0AF010100EE", found, none},
		{"E02F010102EEFFFF", "E0AF010100EE", none, none},
		{"E02E010102EEFFFF", "E0AE010101EE", not, not}, // STOP_CLIENT_TCP: the next is new
		{"E02F010102EEFFFF", "E0AF010104EE", none, none},
		{"E029010102EEFFFF", "E0A9010101EE", none, none}, // GET_STATE_TCP: it listens
		{"E029010102EEFFFF", "E0A9010100EE", found, none},
		{"E02B010102EEFFFF", "E0AB01020000EE", none, none}, // AVAIL_DATA_TCP
		{"E02B010102EEFFFF", "E0AB0102FF00EE", found, found},
		{"E02803 021F90 0102 0100 EEFFFF", "E0A8010101EE", not, not}, // START_SERVER_TCP: now 255 is nobody
		{"E02B010102EEFFFF", "E0AB0102FF00EE", none, none},
		{"E02B010102EEFFFF", "E0AB01020100EE", found, found},
		{"E02A010102EEFFFF", "E0AA010100EE", none, none}, // DATA_SENT_TCP
		{"E02A010102EEFFFF", "E0AA010101EE", found, found},
		{"E04502 000102 0002DC05 EEFF", "E0C5010000EE", none, none}, // GET_DATABUF_TCP
		{"E04502 000102 0002DC05 EEFF", "E0C501000161EE", found, found},
		{"E07C010136EEFFFF", "E0FC010100EE", none, none}, // SOCKET_POLL
		{"E07C010136EEFFFF", "E0FC010102EE", found, none},
		{"E07C010136EEFFFF", "E0FC010102EE", none, none},
		{"E07C010136EEFFFF", "E0FC010103EE", found, found},
		{"E07200EE", "E0F201010BEE", none, none}, // SOCKET_ERRNO: EAGAIN
		{"E07200EE", "E0F2010168EE", found, found},
		{"E075010136EEFFFF", "E0F50301FF0400000000020000EE", none, none}, // SOCKET_ACCEPT
		{"E03700EE", "E0B70106322E302E3000EE", not, not},
		{"E02000EE", "EF00EE00", not, not}, // an error reply answers nothing
	} {
		each(t, trace(t, sent(c.request), read(c.reply)), func(ev *Event) {
			assert.Equal(t, c.now, polls.Add(&ev.Exchange), "%d: %s", i, ev.Exchange.Name())
			assert.Equal(t, c.again, polls.Again(), "%d: %s, again", i, ev.Exchange.Name())
		})
	}
}

// Records are seen in the order of the trace, each once, also where events are
// not.
func TestObserveSeesRecordsAsTheyAreRead(t *testing.T) {
	wait := capture.Record{Kind: capture.KindWait, Window: capture.Window{Wait: us, Status: capture.WaitTimedOut}}
	file := trace(t, sent("E02000EE"), wait, sent("E02000EE"), read("E0A0010101EE"))
	var seen, told []capture.Kind
	d := NewDecoder(bytes.NewReader(file))
	d.Observe(func(rec *capture.Record) { seen = append(seen, rec.Kind) })
	for ev := (Event{}); d.Next(&ev) == nil; {
		kind := ev.Record.Kind
		if ev.Exchange.N != 0 {
			kind = capture.KindWindow
		}
		told = append(told, kind)
	}
	assert.Equal(t, []capture.Kind{capture.KindStart, capture.KindWindow, capture.KindWait, capture.KindWindow, capture.KindWindow}, seen)
	assert.Equal(t, []capture.Kind{capture.KindStart, capture.KindWait, capture.KindWindow, capture.KindWindow}, told)
}
