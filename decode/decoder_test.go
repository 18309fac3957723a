package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// outline shows the events of a trace: number, name, status and findings of an
// exchange, the kind of a record.
func outline(t *testing.T, file []byte) (list []string) {
	each(t, file, func(ev *Event) {
		ex := &ev.Exchange
		switch {
		case ex.N == 0:
			list = append(list, fmt.Sprint("record ", ev.Record.Kind))
		case len(ex.Findings) == 0:
			list = append(list, fmt.Sprint(ex.N, " ", ex.Name(), " ", ex.Status))
		default:
			list = append(list, fmt.Sprint(ex.N, " ", ex.Name(), " ", ex.Status, ": ", strings.Join(ex.Findings, "; ")))
		}
	})
	return list
}

const (
	askStatus = "E02000EE"
	status3   = "E0A0010103EE"
	askSocket = "E03F00EE"
	socket0   = "E0BF010100EE"
)

// dirty is a window with something out of order.
func dirty(rec capture.Record, s capture.Status) capture.Record {
	rec.Window.Status = s
	return rec
}

func TestWindowsPairIntoExchanges(t *testing.T) {
	wall := capture.Record{Kind: capture.KindStart}
	loss := capture.Record{Kind: capture.KindLoss, Loss: capture.Loss{Records: 1}}
	zero := window(nil, nil)
	record := func(k capture.Kind) string { return fmt.Sprint("record ", k) }
	for name, c := range map[string]struct {
		recs []capture.Record
		want []string
	}{
		"a request and its reply": {
			[]capture.Record{sent(askStatus), read(status3)},
			[]string{"1 GET_CONN_STATUS ok"}},
		"a reply read by clocking 00": {
			[]capture.Record{sent(askStatus), window(make([]byte, 6), unhex(status3))},
			[]string{"1 GET_CONN_STATUS ok"}},
		"a request with a wrong start byte is one": {
			[]capture.Record{sent("E13700EE"), read("EF00EE00")},
			[]string{"1 GET_FW_VERSION malformed: " + FindRequestStart}},
		"another request instead of the reply": {
			[]capture.Record{sent(askStatus), sent(askSocket), read(socket0)},
			[]string{"1 GET_CONN_STATUS no-reply", "2 GET_SOCKET ok"}},
		"the end instead of the reply": {
			[]capture.Record{sent(askStatus)},
			[]string{"1 GET_CONN_STATUS no-reply"}},
		"a reset instead of the reply": {
			[]capture.Record{sent(askStatus), pin(capture.PinReset, false), sent(askSocket), read(socket0)},
			[]string{"1 GET_CONN_STATUS no-reply", record(capture.KindPin), "2 GET_SOCKET ok"}},
		"a new recording instead of the reply": {
			[]capture.Record{wall, sent(askStatus), wall, sent(askSocket), read(socket0)},
			[]string{"1 GET_CONN_STATUS no-reply", record(capture.KindStart), "2 GET_SOCKET ok"}},
		"a reply without a request": {
			[]capture.Record{read(status3)},
			[]string{"1 GET_CONN_STATUS malformed: " + FindOrphan}},
		"a second reply": {
			[]capture.Record{sent(askStatus), read(status3), read("00000000")},
			[]string{"1 GET_CONN_STATUS ok", "2 0x00 malformed: " + FindOrphan + "; " + FindReplyIdle}},
		"a reply to another command": {
			[]capture.Record{sent(askStatus), read(socket0)},
			[]string{"1 GET_CONN_STATUS malformed: " + FindEcho}},
		"a reply to another command after a loss": {
			[]capture.Record{sent(askStatus), loss, read(socket0)},
			[]string{record(capture.KindLoss), "1 GET_CONN_STATUS no-reply", "2 GET_SOCKET malformed: " + FindOrphan}},
		"a loss that took nothing of the exchange": {
			[]capture.Record{sent(askStatus), loss, read(status3)},
			[]string{record(capture.KindLoss), "1 GET_CONN_STATUS ok"}},
		"records in between come first": {
			[]capture.Record{sent(askStatus), pin(capture.PinGPIO0, true), read(status3)},
			[]string{record(capture.KindPin), "1 GET_CONN_STATUS ok"}},
		"a select without clocks": {
			[]capture.Record{zero, sent(askStatus), zero, read(status3), zero},
			[]string{record(capture.KindWindow), record(capture.KindWindow),
				"1 GET_CONN_STATUS ok: " + FindZeroClock, record(capture.KindWindow)}},
		"the halves of a request": {
			[]capture.Record{dirty(sent("E044020001"), capture.Incomplete), loss,
				dirty(sent("68656C6C6FEEFFFF"), capture.Incomplete), read("E0C401020500EE")},
			[]string{record(capture.KindLoss), record(capture.KindWindow), "1 SEND_DATA_TCP ok: " + FindIncomplete}},
		"the halves of a reply": {
			[]capture.Record{sent(askStatus), dirty(read("E0A001"), capture.Incomplete), loss,
				dirty(read("0103EE"), capture.Incomplete)},
			[]string{"1 GET_CONN_STATUS malformed: " + FindIncomplete, record(capture.KindLoss), record(capture.KindWindow)}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, outline(t, trace(t, c.recs...))) })
	}
}

func TestFindings(t *testing.T) {
	for _, c := range []struct{ request, reply, want string }{
		{"E02000EE", "EF00EE00", "GET_CONN_STATUS error"},
		{"E02000EE", "EF00", "GET_CONN_STATUS error: " + FindCut},
		{"E02000EE", "E0A00101", "GET_CONN_STATUS malformed: " + FindCut},
		{"E02000EE", "E0A0010103EE0001", "GET_CONN_STATUS ok: " + FindReplyPadding},
		{"E02000EE", "E0A0020103EE", "GET_CONN_STATUS malformed: " + FindReplyCount},
		{"E02000EE", "E0A001020300EE00", "GET_CONN_STATUS malformed: " + FindReplyLength},
		{"E02000EE", "E0A001010300", "GET_CONN_STATUS malformed: " + FindReplyEnd},
		{"E02000EE", "FFFFFFFF", "GET_CONN_STATUS malformed: " + FindReplyIdle},
		{"E02700EE", "E0A70201610162", "SCAN_NETWORKS malformed: " + FindCut},
		{"E02000EE", "A0010103EE000000", "GET_CONN_STATUS malformed: " + FindReplyStart},
		{"E02F010100EEFFFF", "E0AF010104EE", "GET_CLIENT_STATE_TCP ok"},
		{"E02F010100EE", "E0AF010104EE", "GET_CLIENT_STATE_TCP ok: " + FindUnaligned},
		{"E02F010100EE1234", "E0AF010104EE", "GET_CLIENT_STATE_TCP ok: " + FindPadBytes},
		{"E02000EEFFFFFFFF", "E0A0010103EE", "GET_CONN_STATUS ok: " + FindPadLength},
		{"E02001EE", "E0A0010103EE", "GET_CONN_STATUS malformed: " + FindCount},
		{"E016030474657374EEFFFFFF", "E096010101EE", "SET_HOSTNAME ok: " + FindCount},
		{"E02F010200EEFFFF", "E0AF010104EE", "GET_CLIENT_STATE_TCP malformed: " + FindRequestLength},
		{"E02F0101", "E0AF010104EE", "GET_CLIENT_STATE_TCP malformed: " + FindRequestShort},
		{"E0200000", "E0A0010103EE", "GET_CONN_STATUS malformed: " + FindRequestEnd},
		{"E0B700EE", "EF00EE00", "0xb7 malformed: " + FindRequestCommand},
		{"E03100EE", "EF00EE00", "0x31 error: " + FindUnknown},
		{"E038010100EEFFFF", "EF00EE00", "STOP_SERVER_TCP error: " + FindUnreleased},
		{"E04F00EE", "E0CF010101EE", "SET_ENT_ENABLE ok"},
		{"E062030400000000040000000004 2F66732F EEFF", "EF00EE00", "DELETE_FILE ok"},
		{"E02D04 047F000001 025259 0100 0100 EE", "E0AD00EE", "START_CLIENT_TCP ok"},
		{"E02D04 047F000001 025259 0100 0100 EE", "E0AD00", "START_CLIENT_TCP ok: " + FindCut},
	} {
		got := outline(t, trace(t, sent(c.request), read(c.reply)))
		assert.Equal(t, []string{"1 " + c.want}, got, "%s %s", c.request, c.reply)
	}
}

func TestWindowStatusIsFound(t *testing.T) {
	for bit, want := range map[capture.Status]string{
		capture.WaitTimedOut: FindReadyLow,
		capture.AckTimedOut:  FindReadyHigh,
		capture.TxFailed:     FindTransfer,
		capture.Unselected:   FindUnselected,
		capture.Incomplete:   FindIncomplete,
	} {
		want := []string{"1 GET_CONN_STATUS ok: " + want}
		assert.Equal(t, want, outline(t, trace(t, dirty(sent(askStatus), bit), read(status3))))
		assert.Equal(t, want, outline(t, trace(t, sent(askStatus), dirty(read(status3), bit))))
	}
}

// The wait ends with READY going low where the trace has that, else with the
// select of the reply.
func TestWait(t *testing.T) {
	at := func(rec capture.Record, at time.Duration) capture.Record {
		rec.Time = at
		return rec
	}
	wait := func(recs ...capture.Record) (wait time.Duration, records int) {
		each(t, trace(t, recs...), func(ev *Event) {
			if ev.Exchange.N == 0 {
				records++
			} else {
				wait = ev.Exchange.Wait
			}
		})
		return wait, records
	}
	request, reply := at(sent(askStatus), 1000*us), at(read(status3), 1500*us) // 1000+10 … 1500
	got, _ := wait(request, reply)
	assert.Equal(t, 490*us, got)

	got, records := wait(request, at(pin(capture.PinReady, false), 1200*us), reply,
		at(pin(capture.PinReady, false), 1600*us))
	assert.Equal(t, 190*us, got)
	assert.Zero(t, records, "the edges of the handshake are no events")

	got, records = wait(request, at(pin(capture.PinReady, false), 1200*us), at(pin(capture.PinReady, true), 1210*us),
		at(pin(capture.PinReady, false), 1300*us), reply)
	assert.Equal(t, 190*us, got)
	assert.Equal(t, 2, records, "a second fall is none of the handshake")

	_, records = wait(at(pin(capture.PinReady, false), 100*us), request, reply)
	assert.Equal(t, 1, records, "nor is one before any window")
}

// The answer to GET_FW_VERSION decides by which table the rest is read, until
// a new recording starts.
func TestFamilyFollowsTheVersion(t *testing.T) {
	analog := []capture.Record{sent("E054020124 0103 EE"), read("E0D40104 10270000 EE")}
	version := []capture.Record{sent("E03700EE"), read("E0B7 01 06 332E332E3000 EE")}
	mac := []capture.Record{sent("E02200EE"), read("E0A20106 010203040506 EE")}
	var recs []capture.Record
	recs = append(recs, mac...)
	recs = append(recs, version...)
	recs = append(recs, mac...)
	recs = append(recs, analog...)
	recs = append(recs, capture.Record{Kind: capture.KindStart})
	recs = append(recs, mac...)
	got := exchanges(t, 0, recs...)
	require.Len(t, got, 5)
	assert.Contains(t, got[0], `"mac":"06:05:04:03:02:01"`)
	assert.Contains(t, got[1], `"version":"3.3.0"`)
	assert.Contains(t, got[2], `"mac":"01:02:03:04:05:06"`)
	assert.Contains(t, got[3], `"value":10000`)
	assert.Contains(t, got[4], `"mac":"06:05:04:03:02:01"`)
}

// A command of the other family is only found once it is known which this is.
func TestForeignCommand(t *testing.T) {
	pk := []capture.Record{sent("E04101 036B6579 EE"), read("EF00EE00")}
	version := []capture.Record{sent("E03700EE"), read("E0B70106322E302E3000EE")}
	got := outline(t, trace(t, append(append(append([]capture.Record(nil), pk...), version...), pk...)...))
	assert.Equal(t, []string{"1 SET_PK error", "2 GET_FW_VERSION ok", "3 SET_PK error: " + FindForeign}, got)
}

// Before a version is known, a request that only Adafruit's firmware knows is
// Adafruit's.
func TestUnknownFamilyIsGuessedPerRequest(t *testing.T) {
	each(t, trace(t, sent("E054020124 0103 EE"), read("E0D40104 10270000 EE")), func(ev *Event) {
		assert.Equal(t, OK, ev.Exchange.Status)
		assert.Equal(t, wire.Adafruit, ev.Exchange.Family)
		assert.EqualValues(t, 10000, ev.Exchange.Results[0].Int())
	})
}

func TestMasks(t *testing.T) {
	join := window(unhex("E01102 04686F6D65 08 2A2A2A2A2A2A2A2A EEFFFF"), make([]byte, 20))
	join.Window.Masks = []capture.Span{{Off: 9, Len: 8}}
	got := exchanges(t, 0, join, read("E091010101EE"))
	assert.Equal(t, []string{`{"n":1,"t":0.000000000,"cmd":"SET_PASSPHRASE","code":17,` +
		`"args":{"ssid":"home","passphrase":{"len":8,"masked":true}},"reply":{"status":1},"status":"ok","wait_us":90}`}, got)

	all := window(bytes.Repeat([]byte("*"), 20), make([]byte, 20))
	copy(all.Window.MOSI, unhex("E01102"))
	all.Window.Masks = []capture.Span{{Off: 3, Len: 17}}
	assert.Equal(t, []string{"1 SET_PASSPHRASE ok: " + FindWithheld}, outline(t, trace(t, all, read("E091010101EE"))))
}

// The parts of an exchange stay what they are until the next call, although
// the reader's memory has moved on.
func TestRequestSurvivesTheReader(t *testing.T) {
	long := "E04402 000100 0064" + strings.Repeat("61", 100) + "EEFFFFFF"
	other := "E04402 000101 0064" + strings.Repeat("62", 100) + "EEFFFFFF"
	n := 0
	each(t, trace(t, sent(long), sent(other), read("E0C401026400EE")), func(ev *Event) {
		ex := &ev.Exchange
		require.Len(t, ex.Args, 2)
		assert.EqualValues(t, n, ex.Args[0].Int())
		assert.Equal(t, bytes.Repeat([]byte{byte('a' + n)}, 100), ex.Args[1].Bytes())
		assert.Equal(t, ex.Request.Bytes, ex.Request.Window.MOSI)
		n++
	})
	assert.Equal(t, 2, n)
}

func TestErrorsOfTheReaderAreKept(t *testing.T) {
	var ev Event
	assert.ErrorIs(t, NewDecoder(strings.NewReader("\x01\x02")).Next(&ev), capture.ErrNotTrace)

	broken := errors.New("cable pulled")
	file := trace(t, sent(askStatus))
	d := NewDecoder(io.MultiReader(bytes.NewReader(file), iotest.ErrReader(broken)))
	require.NoError(t, d.Next(&ev))
	require.NoError(t, d.Next(&ev))
	assert.Equal(t, NoReply, ev.Exchange.Status)
	assert.ErrorIs(t, d.Next(&ev), broken)
	assert.ErrorIs(t, d.Next(&ev), broken)
}
