package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An exchange of testdata/golden.txt: a request and its reply as a genuine
// host has clocked them.
type exchange struct {
	name           string
	request, reply []byte
}

func readGolden(t testing.TB) (list []exchange) {
	for _, line := range readLines(t, "testdata/golden.txt") {
		col := strings.Split(line, " | ")
		require.Len(t, col, 3, line)
		list = append(list, exchange{line, unhex(t, col[1]), unhex(t, col[2])})
	}
	require.Len(t, list, 258)
	return list
}

func TestGoldenRequests(t *testing.T) {
	senders := map[string]int{}
	for _, x := range readGolden(t) {
		vals, m := ParseRequest(nil, x.request, Arduino)
		require.NoError(t, m.Check(), x.name)
		require.NotNil(t, m.Form(), x.name)
		assert.Equal(t, x.request, AppendForm(nil, m.Cmd, m.Form(), vals...), x.name)
		assert.Equal(t, m.Cmd == StopServerTCP, Since(m.Cmd, Arduino) == Unreleased, x.name)
		senders[m.Form().Sender]++
	}
	assert.NotZero(t, senders["WiFiNINA"], "one pad too many")
	assert.NotZero(t, senders["WiFiNINA 1"], "file data forgotten")
	assert.NotZero(t, senders["WiFiNINA 2"], "unpadded, six parameters, file commands")
	assert.Zero(t, senders["TinyGo"]+senders["CircuitPython"])
}

func TestGoldenReplies(t *testing.T) {
	for _, x := range readGolden(t) {
		_, m := ParseRequest(nil, x.request, Arduino)
		written := DataLen(x.request, Arduino)
		vals, r := ParseReply(nil, x.reply, m.Cmd, Arduino, written)
		require.NoError(t, r.Check(), x.name)
		whole := AppendReply(nil, m.Cmd, Arduino, vals...)
		switch {
		case r.ErrorReply:
			whole = AppendError(nil)
		case m.Cmd == WriteFile && len(vals) == 0:
			whole = AppendReply(nil, m.Cmd, Arduino, Uint(written))
		}
		n := min(len(x.reply), len(whole))
		assert.Equal(t, whole[:n], x.reply[:n], x.name)
		assert.True(t, n == len(x.reply) || idle(x.reply[n:]), "clocked beyond the reply: %s", x.name)
		assert.Equal(t, len(x.reply) < len(whole), r.Cut, x.name)
	}
}

// TestGoldenReplySizes clocks every whole reply the way a driver does.
func TestGoldenReplySizes(t *testing.T) {
	for _, x := range readGolden(t) {
		_, m := ParseRequest(nil, x.request, Arduino)
		vals, r := ParseReply(nil, x.reply, m.Cmd, Arduino, 0)
		if r.Err != 0 || m.Cmd == WriteFile {
			continue // WRITE_FILE's has no size to find
		}
		whole := AppendReply(nil, m.Cmd, Arduino, vals...)
		if r.ErrorReply {
			whole = AppendError(nil)
		}
		got, size := clock(t, whole, m.Cmd, Arduino)
		again, r2 := ParseReply(nil, got, m.Cmd, Arduino, 0)
		require.NoError(t, r2.Check(), x.name)
		assert.Equal(t, vals, again, x.name)
		assert.LessOrEqual(t, r2.Size, size, x.name)
	}
}

// clock reads an armed reply in as many transfers as ReplySize asks for.
// Beyond it the coprocessor is idle.
func clock(t testing.TB, armed []byte, c Command, f Family) (got []byte, size int) {
	need, done := FirstRead(c, f), false
	for n := 0; !done; n++ {
		require.Less(t, n, 2+int(commandCount), "ReplySize does not come to an end")
		require.Greater(t, need, len(got))
		for len(got) < need {
			if len(got) < len(armed) {
				got = append(got, armed[len(got)])
			} else {
				got = append(got, 0)
			}
		}
		need, done = ReplySize(got, c, f)
	}
	assert.Equal(t, len(got), need)
	return got, need
}
