package bench

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A stepBus is a link in virtual time: every byte takes a microsecond, and READY
// as long as the test says.
type stepBus struct {
	now   time.Time
	wait  time.Duration
	reply []byte
}

func (b *stepBus) Now() time.Time                    { return b.now }
func (b *stepBus) Sleep(d time.Duration)             { b.now = b.now.Add(d) }
func (b *stepBus) Select() error                     { return nil }
func (b *stepBus) Deselect() (time.Time, error)      { return b.now, nil }
func (b *stepBus) Reset(bool) error                  { return nil }
func (b *stepBus) DriveGPIO0(bus.Drive) error        { return nil }
func (b *stepBus) Attention() (bool, error)          { return true, nil }
func (b *stepBus) jitter(from, to int, r *rand.Rand) { b.Sleep(span(from, to, r)) }

func (b *stepBus) WaitReady(bus.Ready, time.Duration) (time.Duration, error) {
	b.Sleep(b.wait)
	return b.wait, nil
}

func (b *stepBus) Tx(w, r []byte) error {
	b.Sleep(time.Duration(max(len(w), len(r))) * time.Microsecond)
	clear(r)
	if w == nil {
		copy(r, b.reply)
	}
	return nil
}

// span returns from to to microseconds, by nanoseconds.
func span(from, to int, r *rand.Rand) time.Duration {
	return time.Duration(from*1000+r.IntN((to-from)*1000)) * time.Nanosecond
}

// A session records what a driver does on a stepBus.
type session struct {
	*stepBus
	rec  *capture.Recorder
	rng  *rand.Rand
	file bytes.Buffer
}

func newSession(t testing.TB) *session {
	s := &session{stepBus: &stepBus{now: time.Unix(1.7e9, 0)}, rng: rand.New(rand.NewPCG(1, 2))}
	var err error
	if s.rec, err = capture.NewRecorder(s.stepBus, &s.file, nil, capture.Config{Clock: s.stepBus}); err != nil {
		t.Fatal(err)
	}
	return s
}

// exchange sends a request and reads the reply, after a pause.
func (s *session) exchange(pause time.Duration, request, reply []byte) {
	s.Sleep(pause)
	s.window(0, func() { s.rec.Tx(request, nil) })
	s.Sleep(span(1, 4, s.rng))
	s.reply = reply
	s.window(span(100, 300, s.rng), func() { s.rec.Tx(nil, make([]byte, len(reply))) })
}

func (s *session) window(wait time.Duration, tx func()) {
	s.wait = wait
	s.rec.WaitReady(bus.Armed, time.Second)
	s.rec.Select()
	s.wait = span(5, 20, s.rng)
	s.rec.WaitReady(bus.Busy, time.Second)
	tx()
	s.rec.Deselect()
}

// poll asks for the state of a socket.
func (s *session) poll(every time.Duration) {
	s.exchange(every+span(0, 20, s.rng), request, []byte{0xE0, 0xAF, 0x01, 0x01, 0x04, 0xEE, 0x00, 0x00})
}

// send sends so many random bytes.
func (s *session) send(payload int) {
	p := append([]byte{0xE0, 0x44, 0x02, 0x00, 0x01, 0x00, byte(payload >> 8), byte(payload)}, make([]byte, payload)...)
	for i := range payload {
		p[8+i] = byte(s.rng.Uint32())
	}
	p = append(p, 0xEE, 0xFF, 0xFF, 0xFF)
	s.exchange(span(20, 200, s.rng), p, []byte{0xE0, 0xC4, 0x01, 0x02, byte(payload), byte(payload >> 8), 0xEE, 0x00})
}

// trace returns the file.
func (s *session) trace() []byte {
	s.rec.Flush()
	return s.file.Bytes()
}

// size returns how many bytes of trace f adds, of n.
func size(t *testing.T, n int, f func(s *session)) float64 {
	s := newSession(t)
	before := len(s.trace())
	for range n {
		f(s)
	}
	return float64(len(s.trace())-before) / float64(n)
}

// best returns the quickest of many runs of f: a busy machine disturbs it
// least.
func best(f func()) time.Duration {
	quickest := time.Hour
	for start := time.Now(); time.Since(start) < time.Second; {
		at := time.Now()
		f()
		quickest = min(quickest, time.Since(at))
	}
	return quickest
}

// speed returns how many MB of file f does in a second.
func speed(file []byte, f func()) float64 { return float64(len(file)) / 1e6 / best(f).Seconds() }

// drain reads a trace.
func drain(t testing.TB, r io.Reader) (records int) {
	trace := capture.NewReader(r)
	var rec capture.Record
	for {
		err := trace.Next(&rec)
		if err == io.EOF {
			return records
		}
		if err != nil || rec.Kind == capture.KindLoss {
			t.Fatal(err, rec.Loss)
		}
		records++
	}
}

// again gives the same bytes over and over, left in all.
type again struct {
	file []byte
	at   int
	left int
	heap uint64 // the most that was in use
}

func (a *again) Read(p []byte) (int, error) {
	if a.left == 0 {
		return 0, io.EOF
	}
	n := copy(p, a.file[a.at:])
	if a.at = (a.at + n) % len(a.file); a.at == 0 {
		a.left--
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		a.heap = max(a.heap, m.HeapAlloc)
	}
	return n, nil
}

// A bar is one line of the table. What depends on the machine is shown and
// does not fail.
type bar struct {
	what     string
	got, bar float64
	unit     string
	most     bool // the bar is the most that will do, not the least
	exact    bool // the same on every machine
	how      string
}

func (b bar) passes() bool { return b.most && b.got <= b.bar || !b.most && b.got >= b.bar }

func TestCapture(t *testing.T) {
	bars := append(sizes(t), recording(t)...)
	bars = append(bars, reading(t)...)
	fmt.Printf("%-34s %10s %10s %-8s\n", "what", "measured", "bar", "unit")
	for _, b := range bars {
		verdict := "ok"
		if !b.passes() {
			verdict = "missed"
			if b.exact {
				t.Errorf("%s: %.2f %s, bar %.2f", b.what, b.got, b.unit, b.bar)
			}
		}
		fmt.Printf("%-34s %10.3f %10.3f %-8s %-7s %s\n", b.what, b.got, b.bar, b.unit, verdict, b.how)
	}
}

func sizes(t *testing.T) []bar {
	row := func(what string, got, most float64, how string) bar {
		return bar{what, got, most, "bytes", true, true, how}
	}
	return []bar{
		row("idle poll every ms", size(t, 5000, func(s *session) { s.poll(time.Millisecond) }), 8, "request and reply, ticks of 1 µs, jitter of 20 µs and more"),
		row("idle poll every 100 ms", size(t, 5000, func(s *session) { s.poll(100 * time.Millisecond) }), 8, ""),
		row("byte of payload, sends of 1436", size(t, 500, func(s *session) { s.send(1436) })/1436, 1.03, "request and reply, random payload"),
		row("byte of payload, sends of 4083", size(t, 500, func(s *session) { s.send(4083) })/4083, 1.03, ""),
	}
}

func recording(t *testing.T) []bar {
	const step = 2000
	rec, err := capture.NewRecorder(nullBus{}, io.Discard, nil, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	in, epoch := make([]byte, len(request)), time.Now()
	ns := func(d time.Duration) float64 { return float64(d) / step }
	bare := best(func() { transact(nullBus{}, in, step) })
	recorded := best(func() { transact(rec, in, step) })
	clock := best(func() {
		for range step {
			bus.System{}.Since(epoch)
		}
	})
	peer := testing.Benchmark(BenchmarkSpitestRecord)
	allocs := testing.AllocsPerRun(1000, func() { transact(rec, in, 1) })
	added := ns(recorded - bare)
	return []bar{
		{"allocations of a window", allocs, 0, "", true, true, fmt.Sprintf("spitest.Record: %d", peer.AllocsPerOp())},
		{"time added to a window", added, 60, "ns", true, false,
			fmt.Sprintf("of which one reading of the clock %.0f ns; spitest.Record %d ns, %.1f times as much, without times", ns(clock), peer.NsPerOp(), float64(peer.NsPerOp())/added)},
	}
}

func reading(t *testing.T) []bar {
	polls, bulk, mix := newSession(t), newSession(t), newSession(t)
	for range 20000 {
		polls.poll(time.Millisecond)
	}
	for range 1000 {
		bulk.send(1436)
		mix.send(1436)
		for range 10 {
			mix.poll(time.Millisecond)
		}
	}
	file := mix.trace()
	copied := make([]byte, len(file))
	memory := speed(file, func() { copy(copied, file) })
	crc := speed(file, func() { crc32.ChecksumIEEE(file) })
	row := func(what string, s *session, least float64, how string) bar {
		mb := speed(s.trace(), func() { drain(t, bytes.NewReader(s.trace())) })
		return bar{what, mb, least, "MB/s", false, false, how + fmt.Sprintf("%.2f of CRC-32 alone, %.3f of copying memory", mb/crc, mb/memory)}
	}
	windows := float64(drain(t, bytes.NewReader(polls.trace())))
	pollsTime := best(func() { drain(t, bytes.NewReader(polls.trace())) })
	big := &again{file: file, left: 1e9/len(file) + 1}
	runtime.GC()
	records := drain(t, big)
	return []bar{
		row("reading bulk", bulk, 400, "sends of 1436 bytes; "),
		row("reading a mix", mix, 400, "ten polls for each send of 1436 bytes; "),
		row("reading polls", polls, 400, fmt.Sprintf("4 bytes of trace a window, %.1f million windows a second; ", windows/pollsTime.Seconds()/1e6)),
		{"heap while reading 1 GB", float64(big.heap) / 1e6, 32, "MB", true, true, fmt.Sprintf("%d records; the file that is read over and over is in it", records)},
	}
}
