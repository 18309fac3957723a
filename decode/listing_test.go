package decode

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// listed returns the listing of records.
func listed(t testing.TB, o ListingOptions, recs ...capture.Record) []string {
	t.Helper()
	l := NewListing(o)
	var text []byte
	d := NewDecoder(bytes.NewReader(trace(t, recs...)))
	var ev Event
	for first := true; d.Next(&ev) == nil; first = false {
		if !first || ev.Exchange.N != 0 || recs[0].Kind == capture.KindStart { // none that the writer has added
			text = l.Append(text, &ev)
		}
	}
	text = l.Flush(text)
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// poll asks a socket for its state, at a time in milliseconds.
func poll(at int, sock, state byte) []capture.Record {
	q, r := sent(fmt.Sprintf("E02F0101%02XEEFFFF", sock)), read(fmt.Sprintf("E0AF0101%02XEE", state))
	q.Time = time.Duration(at) * time.Millisecond
	r.Time = q.Time + time.Duration(at)*time.Microsecond
	return []capture.Record{q, r}
}

func join(lists ...[]capture.Record) (all []capture.Record) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func TestPollsAreCounted(t *testing.T) {
	recs := join(poll(1, 3, 4), poll(2, 3, 4), poll(3, 3, 4), poll(5, 3, 4), poll(6, 3, 0))
	got := listed(t, ListingOptions{}, recs...)
	require.Len(t, got, 3, strings.Join(got, "\n"))
	assert.Contains(t, got[0], "    1    0.001000000")
	assert.Regexp(t, `^   ×3    0\.002000000  \+1000µs +\S+  GET_CLIENT_STATE_TCP  sock=3 → state=4\(ESTABLISHED\)  until 0\.005000000$`, got[1])
	assert.Regexp(t, `^    5    0\.006000000  \+1000µs .* state=0\(CLOSED\)$`, got[2])
	assert.Len(t, listed(t, ListingOptions{All: true}, recs...), 5)
}

func TestTheLongestWaitOfPollsIsShown(t *testing.T) {
	got := listed(t, ListingOptions{}, join(poll(1, 3, 4), poll(700, 3, 4), poll(800, 3, 4))...)
	all := listed(t, ListingOptions{All: true}, join(poll(1, 3, 4), poll(700, 3, 4), poll(800, 3, 4))...)
	wait := func(line string) string { return strings.Fields(line)[3] }
	assert.NotEqual(t, wait(all[1]), wait(all[2]))
	assert.Equal(t, wait(all[2]), wait(got[1]))
}

func TestASinglePollLooksAsIfItHadNotBeenCounted(t *testing.T) {
	recs := join(poll(1, 3, 4), poll(2, 3, 4), poll(3, 3, 0))
	assert.Equal(t, listed(t, ListingOptions{All: true}, recs...), listed(t, ListingOptions{}, recs...))
}

func TestPollsByTurnsAreCountedInTheirOrder(t *testing.T) {
	var recs []capture.Record
	for at := 1; at < 40; at += 4 {
		recs = append(recs, join(poll(at, 1, 4), poll(at+1, 2, 4), poll(at+2, 3, 4))...)
	}
	got := listed(t, ListingOptions{}, recs...)
	require.Len(t, got, 6)
	for i := range 3 {
		assert.Contains(t, got[i], fmt.Sprintf("sock=%d", i+1))
		assert.Regexp(t, fmt.Sprintf(`^   ×9 .*sock=%d .*until`, i+1), got[3+i])
	}
}

func TestNothingElseIsCountedOrChangesPlaces(t *testing.T) {
	send := func(at int) []capture.Record {
		q, r := sent("E04402 000100 0001 61 EE FF"), read("E0C4010201 00EE")
		q.Time = time.Duration(at) * time.Millisecond
		r.Time = q.Time + time.Microsecond
		return []capture.Record{q, r}
	}
	note := capture.Record{Kind: capture.KindNote, Time: 9 * time.Millisecond, Text: []byte("look")}
	recs := join(send(1), send(2), poll(3, 1, 4), send(4), poll(5, 1, 4), poll(6, 1, 4), poll(7, 1, 4),
		[]capture.Record{note}, poll(10, 1, 4), poll(11, 1, 4), poll(12, 1, 4))
	got := listed(t, ListingOptions{}, recs...)
	var order []string
	for _, line := range got {
		order = append(order, strings.Fields(line)[0])
	}
	assert.Equal(t, []string{"1", "2", "3", "4", "5", "×2", "0.009000000", "8", "×2"}, order)
}

func TestWhatTheRecorderCountedIsCountedToo(t *testing.T) {
	again := capture.Record{Kind: capture.KindRepeat, Time: 9 * time.Millisecond, Repeat: capture.Repeat{N: 40, Span: 5 * time.Millisecond}}
	got := listed(t, ListingOptions{}, join(poll(1, 3, 4), []capture.Record{again}, poll(10, 3, 4))...)
	require.Len(t, got, 2)
	assert.Regexp(t, `^  ×41    0\.004000000 .* until 0\.010000000$`, got[1])
	assert.Contains(t, listed(t, ListingOptions{All: true}, join(poll(1, 3, 4), []capture.Record{again})...)[1], "the same again, 40 times")
}

func TestTimesOfDay(t *testing.T) {
	start := capture.Record{Kind: capture.KindStart, Wall: time.Date(2024, 2, 29, 23, 59, 59, 999_000_000, time.UTC)}
	recs := append([]capture.Record{start}, poll(2, 3, 4)...)
	got := listed(t, ListingOptions{UTC: true}, recs...)
	assert.Contains(t, got[1], "    1  2024-03-01T00:00:00.001000000Z  +2000µs ")
	got = listed(t, ListingOptions{UTC: true, Compact: true}, recs...)
	assert.Contains(t, got[1], "    1  2024-03-01T00:00:00.001000Z  ")
	unknown := listed(t, ListingOptions{UTC: true}, poll(2, 3, 4)...)
	assert.Contains(t, unknown[0], "    1                     0.002000000 ")
}

func TestTheTextBeginsAtTheIndent(t *testing.T) {
	for _, o := range []ListingOptions{{}, {UTC: true}, {Compact: true}, {UTC: true, Compact: true}} {
		line := listed(t, o, poll(2, 3, 4)...)[0]
		before, _, _ := strings.Cut(line, "GET_CLIENT")
		assert.Len(t, []rune(before), NewListing(o).Indent(), line)
	}
}

// Whatever a stream polls, little is remembered of it.
func TestMemoryOfPollsIsBounded(t *testing.T) {
	l := NewListing(ListingOptions{})
	var text []byte
	var early, late runtime.MemStats
	for i := range 20_000 {
		if i == 2000 {
			runtime.GC()
			runtime.ReadMemStats(&early)
		}
		each(t, trace(t, poll(1, byte(i), byte(i>>8))...), func(ev *Event) { text = l.Append(text[:0], ev) })
	}
	runtime.GC()
	runtime.ReadMemStats(&late)
	assert.LessOrEqual(t, len(l.fold.polls), maxPolls)
	assert.Less(t, late.HeapAlloc, early.HeapAlloc+1<<18)
}

func BenchmarkDecodeListing(b *testing.B) {
	l := NewListing(ListingOptions{TextOptions: TextOptions{Payload: 16}})
	var buf []byte
	benchmark(b, func(ev *Event) { buf = l.Append(buf[:0], ev) })
}

func TestRecordsAsJSON(t *testing.T) {
	ev := Event{Record: capture.Record{Kind: capture.KindRepeat, Time: 9 * us, Repeat: capture.Repeat{N: 40, Span: 1500 * time.Nanosecond}}}
	assert.Equal(t, `{"kind":"repeat","t":0.000009000,"n":7,"times":40,"span_us":1.5}`, string(AppendRecordJSON(nil, &ev, 7)))
	ev.Record = capture.Record{Kind: capture.KindText, Text: []byte("a\x1b[2J\n"), ID: 3}
	assert.Equal(t, `{"kind":"console","t":0.000000000,"call":3,"text":"a\u001b[2J\n"}`, string(AppendRecordJSON(nil, &ev, 7)))
	for k := capture.KindStart; k <= capture.KindRepeat; k++ {
		ev.Record = capture.Record{Kind: k}
		assert.Contains(t, Kinds(), ev.Kind())
	}
}
