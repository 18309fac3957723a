package diff

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/internal/corpus"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

var update = flag.Bool("update", false, "write the golden file")

// A tape makes a trace by hand, a millisecond for each record.
type tape struct {
	out bytes.Buffer
	w   *capture.Writer
	at  time.Duration
}

func newTape(t testing.TB) *tape {
	p := &tape{}
	w, err := capture.NewWriter(&p.out, 1)
	require.NoError(t, err)
	p.w = w
	return p
}

func (p *tape) add(recs ...capture.Record) *tape {
	for i := range recs {
		p.at += time.Millisecond
		recs[i].Time = p.at
		if err := p.w.Write(&recs[i]); err != nil {
			panic(err)
		}
	}
	return p
}

// exchange adds a request, and the reply with these parameters.
func (p *tape) exchange(c wire.Command, args []wire.Value, reply ...string) *tape {
	ask := wire.AppendRequest(nil, c, args...)
	answer := []byte{0xE0, byte(c) | 0x80, byte(len(reply))}
	for _, param := range reply {
		if c == wire.GetDatabufTCP {
			answer = append(answer, byte(len(param)>>8))
		}
		answer = append(append(answer, byte(len(param))), param...)
	}
	answer = append(answer, 0xEE)
	return p.add(
		capture.Record{Kind: capture.KindWindow, Window: capture.Window{MOSI: ask, MISO: make([]byte, len(ask))}},
		capture.Record{Kind: capture.KindWindow, Window: capture.Window{MOSI: bytes.Repeat([]byte{0xFF}, len(answer)), MISO: answer}})
}

func args(v ...wire.Value) []wire.Value { return v }

func (p *tape) file(t testing.TB) []byte {
	require.NoError(t, p.w.Close())
	return p.out.Bytes()
}

func (p *tape) call(op bus.Op, c bus.Call) *tape {
	c.Op = op
	return p.add(capture.Record{Kind: capture.KindBegin, ID: 1, Call: capture.Call{Call: c}})
}

func decoder(file []byte) *decode.Decoder { return decode.NewDecoder(bytes.NewReader(file)) }

// compared compares two traces and checks that all steps are told, in order.
func compared(t testing.TB, a, b []byte, o Options) (lines []string, sum Summary) {
	p := &strings.Builder{}
	printer := NewPrinter(p, false)
	lastA, lastB := 0, 0
	sum, err := Compare(decoder(a), decoder(b), o, func(d *Difference) error {
		require.Equal(t, d.Kind != OnlyB, d.A != nil)
		require.Equal(t, d.Kind != OnlyA, d.B != nil)
		for _, s := range [...]struct {
			step *Step
			last *int
		}{{d.A, &lastA}, {d.B, &lastB}} {
			if s.step != nil && s.step.N > 0 {
				require.GreaterOrEqual(t, s.step.N, *s.last)
				*s.last = s.step.N
			}
		}
		return printer.Tell(d)
	})
	require.NoError(t, err)
	return strings.Split(strings.TrimSuffix(p.String(), "\n"), "\n"), sum
}

// A session is no different from itself, whatever is compared.
func TestASessionIsEqualToItself(t *testing.T) {
	for name, file := range corpus.All(t, "../..") {
		for _, o := range []Options{{}, {All: true, Times: 1}} {
			lines, sum := compared(t, file, file, o)
			assert.True(t, sum.Same(), "%s: %s", name, lines)
			assert.Positive(t, sum.Equal, name)
			assert.Equal(t, []string{""}, lines, name)
		}
	}
}

// The same sketch on the two firmwares: another engine of sockets, the same
// calls.
func TestTheSameSketchOnOtherFirmware(t *testing.T) {
	all := corpus.All(t, "../..")
	var got strings.Builder
	p := NewPrinter(&got, false)
	sum, err := Compare(decoder(all["http-get-1.4.8.nina"]), decoder(all["http-get.nina"]), Options{Payload: 16}, p.Tell)
	require.NoError(t, err)
	require.NoError(t, sum.Print(&got))
	const path = "testdata/http-get.golden"
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got.String())
}

// home is a session in a network that gives these addresses and sockets.
func home(t testing.TB, ip, server [4]byte, slot uint8, rssi string, port uint16, polls int) []byte {
	p := newTape(t)
	p.exchange(wire.GetIPAddr, nil, string(ip[:]), "\xFF\xFF\xFF\x00", string(ip[:]))
	p.exchange(wire.GetCurrRSSI, nil, rssi)
	p.exchange(wire.ReqHostByName, args(wire.Text("example.org")), "\x01")
	p.exchange(wire.GetHostByName, nil, string(server[:]))
	p.call(bus.OpConnect, bus.Call{Sock: 1, Addr: netip.AddrPortFrom(netip.AddrFrom4(server), port)})
	p.exchange(wire.GetSocket, nil, string([]byte{slot}))
	p.exchange(wire.StartClientTCP, args(wire.IP(server), wire.Uint(port), wire.Uint(slot), wire.Uint(uint8(0))), "\x01")
	for range polls {
		p.exchange(wire.AvailDataTCP, args(wire.Uint(slot)), "\x00\x00")
	}
	p.exchange(wire.AvailDataTCP, args(wire.Uint(slot)), string([]byte{byte(polls) + 1, 0}))
	p.exchange(wire.GetDatabufTCP, args(wire.Uint(slot), wire.Uint(uint16(64))), "hello")
	p.exchange(wire.StopClientTCP, args(wire.Uint(slot)), "\x01")
	return p.file(t)
}

func TestWhatIsVolatileIsIgnored(t *testing.T) {
	a := home(t, [4]byte{192, 168, 1, 5}, [4]byte{93, 184, 216, 34}, 0, "\xC0\xFF\xFF\xFF", 40001, 0)
	b := home(t, [4]byte{10, 0, 0, 77}, [4]byte{93, 184, 216, 35}, 7, "\xD0\xFF\xFF\xFF", 50002, 40)
	lines, sum := compared(t, a, b, Options{})
	assert.True(t, sum.Same(), "%s", strings.Join(lines, "\n"))
	assert.Equal(t, 10, sum.Equal)
	assert.EqualValues(t, 0, sum.PollsA)
	assert.EqualValues(t, 40, sum.PollsB)

	_, sum = compared(t, a, b, Options{All: true})
	assert.Equal(t, 1, sum.Equal, "the lookup asks for the same name")
	assert.Zero(t, sum.PollsB)
}

// A port that a program chose, and an address that nobody told, are its own.
func TestWhatAProgramChoseCounts(t *testing.T) {
	connect := func(ip byte, port uint16) []byte {
		return newTape(t).exchange(wire.StartClientTCP, args(wire.IP([4]byte{10, 0, 0, ip}), wire.Uint(port), wire.Uint(uint8(0)), wire.Uint(uint8(0))), "\x01").file(t)
	}
	_, sum := compared(t, connect(1, 80), connect(1, 443), Options{})
	assert.Equal(t, Summary{Changed: 1}, sum)
	_, sum = compared(t, connect(1, 80), connect(2, 80), Options{})
	assert.Equal(t, Summary{Changed: 1}, sum)
	_, sum = compared(t, connect(1, 40000), connect(1, 50000), Options{})
	assert.Equal(t, Summary{Equal: 1}, sum)
}

// A socket more on one side does not change the names of those after it.
func TestNamesOfSocketsComeBack(t *testing.T) {
	use := func(p *tape, slot uint8) {
		p.exchange(wire.GetSocket, nil, string([]byte{slot}))
		p.exchange(wire.SendDataTCP, args(wire.Uint(slot), wire.Bytes([]byte("x"))), "\x01\x00")
		p.exchange(wire.StopClientTCP, args(wire.Uint(slot)), "\x01")
	}
	a, b := newTape(t), newTape(t)
	use(a, 3)
	use(a, 3)
	use(b, 5)
	b.exchange(wire.SetDebug, args(wire.Uint(uint8(1))), "\x01")
	use(b, 6)
	use(b, 5)
	_, sum := compared(t, a.file(t), b.file(t), Options{})
	assert.Equal(t, Summary{Equal: 6, OnlyB: 4}, sum)
}

func TestChangedStepsStandTogether(t *testing.T) {
	session := func(version, text string) []byte {
		return newTape(t).exchange(wire.GetFWVersion, nil, version).
			exchange(wire.SendDataTCP, args(wire.Uint(uint8(0)), wire.Bytes([]byte(text))), "\x01\x00").file(t)
	}
	lines, sum := compared(t, session("1.4.8\x00", "a"), session("2.0.0\x00", "b"), Options{})
	assert.Equal(t, Summary{Changed: 2}, sum)
	assert.Equal(t, []string{
		"@@ -0.001000s +0.001000s @@",
		`-    1     0.001000                     GET_FW_VERSION → version="1.4.8"`,
		`+                       1     0.001000  GET_FW_VERSION → version="2.0.0"`,
		"-    2     0.003000                     SEND_DATA_TCP  sock=0 data=1 byte → count=1",
		"+                       2     0.003000  SEND_DATA_TCP  sock=0 data=1 byte → count=1  (differs in bytes that are not shown)",
	}, lines)
}

func TestTimesAreComparedWhenAsked(t *testing.T) {
	session := func(wait time.Duration) []byte {
		p := newTape(t).exchange(wire.GetFWVersion, nil, "2.0.0\x00")
		ask := wire.AppendRequest(nil, wire.GetTime)
		p.add(capture.Record{Kind: capture.KindWindow, Window: capture.Window{MOSI: ask, MISO: make([]byte, len(ask))}})
		p.at += wait
		answer := []byte("\xE0\xBB\x01\x04\x01\x02\x03\x04\xEE")
		return p.add(capture.Record{Kind: capture.KindWindow, Window: capture.Window{MOSI: bytes.Repeat([]byte{0xFF}, len(answer)), MISO: answer}}).file(t)
	}
	a, b := session(0), session(20*time.Millisecond)
	_, sum := compared(t, a, b, Options{})
	assert.Equal(t, Summary{Equal: 2}, sum)
	_, sum = compared(t, a, b, Options{Times: 20 * time.Millisecond})
	assert.Equal(t, Summary{Equal: 2}, sum)
	lines, sum := compared(t, a, b, Options{Times: 19 * time.Millisecond})
	assert.Equal(t, Summary{Equal: 1, Slower: 1}, sum)
	assert.Contains(t, lines[len(lines)-1], "21ms  GET_TIME")
}

// A trace of a logic analyser has no driver calls.
func TestCallsOfOneSideAreNotCompared(t *testing.T) {
	a := newTape(t).call(bus.OpGetHardwareAddr, bus.Call{}).exchange(wire.GetFWVersion, nil, "2.0.0\x00").file(t)
	b := newTape(t).exchange(wire.GetFWVersion, nil, "2.0.0\x00").file(t)
	_, sum := compared(t, a, b, Options{})
	assert.Equal(t, Summary{Equal: 1, NoCalls: true}, sum)
}

// What a recorder counted is as much as what it wrote down.
func TestFoldedExchangesAreSteps(t *testing.T) {
	send := func(p *tape) {
		p.exchange(wire.SendDataTCP, args(wire.Uint(uint8(0)), wire.Bytes([]byte("x"))), "\x01\x00")
	}
	poll := func(p *tape) { p.exchange(wire.GetConnStatus, nil, "\x03") }
	a, b := newTape(t), newTape(t)
	send(a)
	a.add(capture.Record{Kind: capture.KindRepeat, Repeat: capture.Repeat{N: 4}})
	poll(a)
	a.add(capture.Record{Kind: capture.KindRepeat, Repeat: capture.Repeat{N: 1 << 60}})
	for range 5 {
		send(b)
	}
	poll(b)
	_, sum := compared(t, a.file(t), b.file(t), Options{})
	assert.Equal(t, Summary{Equal: 6, PollsA: 1 << 60}, sum)
}

func TestResetsTimeoutsAndLossesAreTold(t *testing.T) {
	a := newTape(t).exchange(wire.GetFWVersion, nil, "2.0.0\x00").file(t)
	b := newTape(t).exchange(wire.GetFWVersion, nil, "2.0.0\x00").add(
		capture.Record{Kind: capture.KindWait, Window: capture.Window{Wait: time.Second, Status: capture.WaitTimedOut}},
		capture.Record{Kind: capture.KindPin, Pin: capture.PinReset},
		capture.Record{Kind: capture.KindLoss, Loss: capture.Loss{Records: 1}}).file(t)
	lines, sum := compared(t, a, b, Options{})
	assert.Equal(t, Summary{Equal: 1, OnlyB: 2, IncompleteB: true}, sum)
	assert.Contains(t, lines[2], "READY is still not low")
	assert.Contains(t, lines[3], "RESETN low")
}

func TestErrorsSayWhichTrace(t *testing.T) {
	good := newTape(t).exchange(wire.GetTime, nil, "\x00").file(t)
	tell := func(*Difference) error { return nil }
	for _, b := range []bool{false, true} {
		x, y := []byte("no trace"), good
		if b {
			x, y = y, x
		}
		_, err := Compare(decoder(x), decoder(y), Options{}, tell)
		var of *Error
		require.ErrorAs(t, err, &of)
		assert.Equal(t, b, of.B)
		assert.ErrorIs(t, err, capture.ErrNotTrace)
	}
	full := errors.New("full")
	_, err := Compare(decoder(good), decoder(good), Options{}, func(*Difference) error { return full })
	assert.Equal(t, full, err)
}

func TestJSON(t *testing.T) {
	text, err := json.Marshal(Difference{Kind: OnlyB, B: &Step{N: 3, Time: 1500 * time.Microsecond, Wait: 2500, Text: "GET_TIME"}})
	require.NoError(t, err)
	assert.Equal(t, `{"kind":"only-b","b":{"n":3,"t":0.0015,"wait_us":2.5,"text":"GET_TIME"}}`, string(text))
}

// docs/json.md describes every key of the summary and of a step.
func TestEveryKeyIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/json.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## diff --json\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	sum, err := json.Marshal(Summary{})
	require.NoError(t, err)
	step, err := json.Marshal(&Step{N: 1, Wait: 1})
	require.NoError(t, err)
	for _, object := range [][]byte{sum, step} {
		var keys map[string]any
		require.NoError(t, json.Unmarshal(object, &keys))
		require.GreaterOrEqual(t, len(keys), 4)
		for key := range keys {
			assert.Regexp(t, "[`.]"+key+"`", section)
		}
	}
	for k := OnlyA; k <= Slower; k++ {
		assert.Contains(t, section, `"`+k.String()+`"`)
	}
}
