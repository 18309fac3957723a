package wire

import (
	"encoding/hex"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A worked is a frame of testdata/frames.txt.
type worked struct {
	line   string
	reply  bool
	cmd    Command
	family Family
	values []string // name=value, or "error" for the error frame
	frame  []byte   // through the end byte
	pad    []byte
}

var valuePattern = regexp.MustCompile(`\w+=(?:"[^"]*"|\S*)|error`)

func readWorked(t testing.TB) (list []worked) {
	for _, line := range readLines(t, "testdata/frames.txt") {
		col := strings.Split(line, "|")
		require.Len(t, col, 4, line)
		head := strings.Fields(col[0])
		c, err := strconv.ParseUint(head[1], 16, 8)
		require.NoError(t, err, line)
		w := worked{line: line, reply: head[0] == "<", cmd: Command(c), frame: unhex(t, col[2]), pad: unhex(t, col[3])}
		if len(head) > 2 {
			require.Equal(t, "adafruit", head[2])
			w.family = Adafruit
		}
		w.values = valuePattern.FindAllString(col[1], -1)
		list = append(list, w)
	}
	return list
}

func readLines(t testing.TB, name string) (lines []string) {
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	for _, line := range strings.Split(string(b), "\n") {
		if line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err, s)
	return b
}

// text returns name and value of value i of a message in the words of
// testdata/frames.txt.
func valueText(m Message, i int, v Value) string {
	p := m.Param(i)
	switch {
	case p.Type == IPv4:
		return p.Name + "=" + netip.AddrFrom4(v.IP()).String()
	case p.Type.Number():
		return p.Name + "=" + strconv.FormatInt(v.Int(), 10)
	case p.Type == String || p.Type == CString:
		return p.Name + "=" + strconv.Quote(string(v.Bytes()))
	}
	return p.Name + "=x" + hex.EncodeToString(v.Bytes())
}

func valueTexts(m Message, vals []Value) (list []string) {
	if m.ErrorReply {
		list = append(list, "error")
	}
	for i, v := range vals {
		list = append(list, valueText(m, i, v))
	}
	return list
}

func (w worked) clocked() []byte { return append(append([]byte{}, w.frame...), w.pad...) }

func TestWorkedFrames(t *testing.T) {
	list := readWorked(t)
	require.Len(t, list, 78, "the worked frames of reference §9")
	for _, w := range list {
		var vals []Value
		var m Message
		var again []byte
		if w.reply {
			vals, m = ParseReply(nil, w.clocked(), w.cmd, w.family, 0)
		} else {
			vals, m = ParseRequest(nil, w.clocked(), w.family)
		}
		require.NoError(t, m.Check(), w.line)
		assert.Equal(t, w.cmd, m.Cmd, w.line)
		assert.Equal(t, w.values, valueTexts(m, vals), w.line)
		assert.Equal(t, len(w.frame), m.Size, w.line)
		assert.Equal(t, len(w.pad), len(m.Pad), w.line)
		assert.False(t, m.Cut, w.line)
		switch {
		case m.ErrorReply:
			again = AppendError(nil)
		case w.reply:
			again = AppendReply(nil, w.cmd, w.family, vals...)
		case m.Form() == nil:
			again = AppendRequest(nil, w.cmd, vals...)
		default:
			again = AppendForm(nil, w.cmd, m.Form(), vals...)
		}
		assert.Equal(t, w.clocked(), again, w.line)
	}
}

// TestWorkedRequestsAreSent: those of the worked requests that are right are
// what AppendRequest makes of their values.
func TestWorkedRequestsAreSent(t *testing.T) {
	sent := 0
	for _, w := range readWorked(t) {
		if w.reply {
			continue
		}
		vals, m := ParseRequest(nil, w.clocked(), w.family)
		if f := m.Form(); f == nil || f.Sender == "" {
			assert.Equal(t, w.clocked(), AppendRequest(nil, w.cmd, vals...), w.line)
			sent++
		} else {
			assert.Empty(t, AppendRequest(nil, w.cmd, vals...), "only %s sends %s", f.Sender, w.line)
		}
	}
	assert.Equal(t, 31-2, sent, "all but those of WiFiNINA 2 and TinyGo")
}
