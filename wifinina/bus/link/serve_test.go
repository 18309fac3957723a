package link_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/bus/link"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Each row of the table of operations, byte for byte, on both sides.
func TestEveryOperationDoesWhatTheTableSays(t *testing.T) {
	for _, c := range []struct {
		name, sent, answer string
		bus                scriptedBus
		did                []string
	}{
		{"armed", "R", "\x00", scriptedBus{}, []string{"wait 1 0s"}},
		{"busy", "R", "\x01", scriptedBus{ready: bus.Busy}, []string{"wait 1 0s"}},
		{"nothing to read", "G", "\x00", scriptedBus{}, []string{"attention"}},
		{"something to read", "G", "\x01", scriptedBus{attention: true}, []string{"attention"}},
		{"select", "L", "K", scriptedBus{}, []string{"select"}},
		{"deselect", "H", "K", scriptedBus{}, []string{"deselect"}},
		{"transfer", "T\x00\x03\xE0\x37\x00", "\x01\x02\xFF", scriptedBus{armed: []byte{1, 2}}, []string{"tx e03700"}},
		{"wait that is over", "W\x01\x00\x00\x00\x05", "\x01", scriptedBus{ready: bus.Busy}, []string{"wait 1 0s"}},
		{"wait that succeeds", "W\x01\x00\x00\x00\x05", "\x01", scriptedBus{changes: true}, []string{"wait 1 0s", "wait 1 5µs"}},
		{"wait that fails", "W\x00\x00\x01\x00\x00", "\x01", scriptedBus{ready: bus.Busy}, []string{"wait 0 0s", "wait 0 65.536ms"}},
		{"longest wait", "W\x00\xFF\xFF\xFF\xFF", "\x01", scriptedBus{ready: bus.Busy}, []string{"wait 0 0s", "wait 0 1h11m34.967295s"}},
		{"wait of no time", "W\x01\x00\x00\x00\x00", "\x00", scriptedBus{}, []string{"wait 1 0s"}},
		{"low", "g\x00", "K", scriptedBus{}, []string{"drive 1"}},
		{"high", "g\x01", "K", scriptedBus{}, []string{"drive 2"}},
		{"released", "g\x02", "K", scriptedBus{}, []string{"drive 0"}},
		{"reset", "n", "K", scriptedBus{}, []string{"reset true"}},
		{"boot", "N", "K", scriptedBus{}, []string{"reset false"}},
		{"identification", "I", "\x00\x04text", scriptedBus{}, nil},
		{"goodbye", "Q", "", scriptedBus{}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, b := pieces(c.sent), c.bus
			want := io.EOF
			if c.sent == "Q" {
				want = nil
			}
			assert.Equal(t, want, link.Serve(s, &b, "text"))
			assert.Equal(t, c.answer, string(s.out))
			assert.Equal(t, c.did, b.did)

			// The same a byte at a time.
			s, b = pieces(strings.Split(c.sent, "")...), c.bus
			if c.name != "transfer" { // which is clocked as it comes
				assert.Equal(t, want, link.Serve(s, &b, "text"))
				assert.Equal(t, c.answer, string(s.out))
				assert.Equal(t, c.did, b.did)
			}
		})
	}
}

func TestWhatIsNoOperationIsRefusedAndEndsTheConnection(t *testing.T) {
	for _, sent := range []string{"x", "?", "\x00", "r", "t", "T\x00\x00", "g\x03", "W\x02\x00\x00\x00\x00", "K"} {
		s, b := pieces("L"+sent+"H"), &scriptedBus{}
		assert.Equal(t, link.ErrUnknown, link.Serve(s, b, ""), "%q", sent)
		assert.Equal(t, "K?", string(s.out), "%q", sent)
		assert.Equal(t, []string{"select"}, b.did, "%q: what follows is not done", sent)
	}
}

func TestNothingIsDoneAfterGoodbye(t *testing.T) {
	s, b := pieces("LQH"), &scriptedBus{}
	require.NoError(t, link.Serve(s, b, ""))
	assert.Equal(t, "K", string(s.out))
	assert.Equal(t, []string{"select"}, b.did)
}

// Answers to what came in one piece are written in one piece, but never held
// back while Serve waits for something.
func TestAnswersAreWrittenBeforeServeWaits(t *testing.T) {
	s := pieces("RL", "T\x00\x04ab", "cd", "HI")
	assert.Equal(t, io.EOF, link.Serve(s, &scriptedBus{}, "me"))
	assert.Equal(t, []string{"<", "\x00K", "<", "\xFF\xFF", "<", "\xFF\xFF", "<", "K\x00\x02me"}, s.order)

	s = pieces("LW\x01\x00\x00\x00\x01R")
	assert.Equal(t, io.EOF, link.Serve(s, &scriptedBus{}, ""))
	assert.Equal(t, []string{"<", "K", "\x00\x00"}, s.order, "not while it waits for READY")
}

func TestATransferOfTheLargestSizeNeedsNoMoreMemory(t *testing.T) {
	const size = 0xFFFF
	sent := bytes.Repeat([]byte("0123456789abcdef"), 0x1000)[:size]
	b := &scriptedBus{armed: bytes.Clone(sent)}
	s := pieces("T\xFF\xFF" + string(sent) + "R")
	assert.Equal(t, io.EOF, link.Serve(s, b, ""))
	assert.Equal(t, string(sent)+"\x00", string(s.out))
	assert.Less(t, len(b.did), 2*size/1024)
}

func TestATextIsCutWhereItsSizeEnds(t *testing.T) {
	s := pieces("IR")
	assert.Equal(t, io.EOF, link.Serve(s, &scriptedBus{}, strings.Repeat("x", 70000)))
	assert.Equal(t, "\xFF\xFF"+strings.Repeat("x", 0xFFFF)+"\x00", string(s.out))
}

// A fault of the bus has no answer: what was answered before it is written, and
// the connection ends.
func TestAFaultOfTheBusEndsTheConnection(t *testing.T) {
	for _, op := range []string{"R", "G", "L", "H", "T\x00\x01x", "W\x00\x00\x00\x00\x01", "g\x00", "n", "N"} {
		s := pieces("I" + op + "I")
		assert.Equal(t, bus.ErrClosed, link.Serve(s, &scriptedBus{err: bus.ErrClosed}, ""), op)
		assert.Equal(t, "\x00\x00", string(s.out), op)
	}
}

// A brokenStream fails to write.
type brokenStream struct{ io.Reader }

var errBroken = errors.New("broken")

func (brokenStream) Write([]byte) (int, error) { return 0, errBroken }

func TestAnErrorOfTheStreamEndsTheConnection(t *testing.T) {
	for _, sent := range []string{"R", "Q", "LW\x01\x00\x00\x00\x01", "I", "T\x40\x00" + strings.Repeat("x", 0x4000)} {
		err := link.Serve(brokenStream{strings.NewReader("L" + sent)}, &scriptedBus{}, strings.Repeat("x", 9999))
		assert.Equal(t, errBroken, err, "%.9q", sent)
	}
	for _, cut := range []string{"", "W", "W\x00\x00\x00", "T", "T\x00", "T\x00\x05abc", "g"} {
		assert.Equal(t, io.EOF, link.Serve(pieces("L", cut), &scriptedBus{}, ""), "%q", cut)
	}
}

// A Read that returns nothing is no end: a serial port with a time-out does it.
func TestAReadOfNothingIsRepeated(t *testing.T) {
	s := pieces("L", "", "", "H", "", "Q")
	require.NoError(t, link.Serve(s, &scriptedBus{}, ""))
	assert.Equal(t, "KK", string(s.out))
}

// One exchange with the emulator, byte for byte: request and reply in one
// piece, as a host may send them.
func TestAnExchangeWithTheEmulator(t *testing.T) {
	chip := emulator.New(emulator.Config{BootTime: -1})
	defer chip.Close()
	req := string(wire.AppendRequest(nil, wire.GetFWVersion))
	const size = "\x00\x0C"
	s := pieces("RLR"+"T\x00\x04"+req+"HW\x00\x00\x00\x27\x10"+"LR"+"T"+size+strings.Repeat("\xFF", 12)+"HR",
		"T\x00\x02ab", "G")
	assert.Equal(t, io.EOF, link.Serve(s, chip, ""))
	assert.Equal(t, "\x00K\x01"+"\x00\x00\x00\x00"+"K\x00"+
		"K\x01"+"\xE0\xB7\x01\x062.0.0\x00\xEE\x00"+"K\x00"+
		"\x00\x00"+"\x00", string(s.out), "and outside a select nothing is read")
}

// The ends of RESETN and GPIO0, and that what is clocked without a select or
// into a firmware that is not armed is lost.
func TestWhatBootsDependsOnThePins(t *testing.T) {
	const wait = "W\x00\x00\x00\x4E\x20" // 20 ms
	for _, c := range []struct{ name, sent, answer string }{
		{"firmware", "ng\x01N" + wait + "g\x02", "KKK\x00K"},
		{"ROM loader", "ng\x00N" + wait, "KKK\x01"},
		{"Bluetooth", "nLN" + wait + "T\x00\x02abH", "KKK\x01\x00\x00K"},
		{"in reset", "n" + wait + "LT\x00\x01xH", "K\x01K\x00K"},
	} {
		t.Run(c.name, func(t *testing.T) {
			chip := emulator.New(emulator.Config{BootTime: time.Millisecond})
			defer chip.Close()
			s := pieces(c.sent)
			assert.Equal(t, io.EOF, link.Serve(s, chip, ""))
			assert.Equal(t, c.answer, string(s.out))
		})
	}
}
