package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func asked(c Command, vals ...Value) []byte {
	return AppendRequest(nil, c, vals...)
}

func TestChoiceOfExtent(t *testing.T) {
	long := []byte(strings.Repeat("payload", 100))
	for name, x := range map[string]struct {
		choice         Choice
		frame          []byte
		request, reply int
	}{
		"everything":            {Choice{}, asked(SendDataTCP, Uint(3), Bytes(long)), whole, whole},
		"16 bytes of a send":    {Choice{Payload: 16}, asked(SendDataTCP, Uint(3), Bytes(long)), 8 + 16, whole},
		"nothing of a send":     {Choice{Payload: -1}, asked(SendDataTCP, Uint(3), Bytes(long)), 8, whole},
		"16 bytes of a receive": {Choice{Payload: 16}, asked(GetDatabufTCP, Uint(3), Uint(100)), whole, 5 + 16},
		"a datagram's sender":   {Choice{Payload: -1}, asked(SocketRecvFrom, Uint(3), Uint(100)), whole, 3 + 6 + 4 + 2},
		"a command of others":   {Choice{Commands: []Command{GetFWVersion}}, asked(SendDataTCP, Uint(3), Bytes(long)), 0, 0},
		"a command":             {Choice{Commands: []Command{GetFWVersion}}, asked(GetFWVersion), whole, whole},
		"a socket of others":    {Choice{Sockets: []uint8{2}}, asked(SendDataTCP, Uint(3), Bytes(long)), 0, 0},
		"a socket":              {Choice{Sockets: []uint8{2, 3}, Payload: 1}, asked(SendDataTCP, Uint(3), Bytes(long)), 9, whole},
		"no socket":             {Choice{Sockets: []uint8{2}}, asked(GetFWVersion), whole, whole},
		"no frame":              {Choice{Payload: 1, Commands: []Command{}}, []byte("\xFF\xFF\xFF\xFF"), whole, whole},
		"a network's name":      {Choice{HideSSID: true}, asked(ScanNetworks), whole, 3},
	} {
		t.Run(name, func(t *testing.T) {
			gotRequest, gotReply := x.choice.Extent(x.frame)
			assert.Equal(t, []int{x.request, x.reply}, []int{gotRequest, gotReply})
		})
	}
}

func TestChoiceOfNames(t *testing.T) {
	frame := asked(SetPassphrase, Text("home net"), Text("hunter22"))
	hidden := func(c Choice, frame []byte) (list []string) {
		for _, s := range c.Spans(nil, frame) {
			list = append(list, string(frame[s[0]:s[0]+s[1]]))
		}
		return list
	}
	assert.Equal(t, []string{"hunter22"}, hidden(Choice{}, frame))
	assert.ElementsMatch(t, []string{"home net", "hunter22"}, hidden(Choice{HideSSID: true}, frame))
	assert.Equal(t, []string{"home net"}, hidden(Choice{HideSSID: true}, asked(SetNet, Text("home net"))))
	assert.Empty(t, hidden(Choice{HideSSID: true}, asked(SendDataTCP, Uint(1), Bytes([]byte("home net")))))
	cut := asked(SetNet, Text("home net"))[:8]
	assert.Contains(t, strings.Join(hidden(Choice{HideSSID: true}, cut), ""), "home")
}

// Whatever a host sends, there is an answer, and none that reaches out of the
// frame.
func FuzzChoice(f *testing.F) {
	f.Add([]byte("\xE0\x44\x02\x00\x01\x03\x00\x02ab\xEE\xFF"))
	f.Add([]byte("\xE0\x10\x01\x04home\xEE"))
	c := Choice{HideSSID: true, Payload: -1, Sockets: []uint8{3}}
	f.Fuzz(func(t *testing.T, frame []byte) {
		request, reply := c.Extent(frame)
		assert.True(t, request >= 0 && request <= whole && reply >= 0 && reply <= whole)
		for _, s := range c.Spans(nil, frame) {
			assert.True(t, s[0] >= 0 && s[1] > 0 && s[0]+s[1] <= len(frame))
		}
	})
}

func TestAChoiceAllocatesNothing(t *testing.T) {
	c := Choice{HideSSID: true, Payload: 16, Sockets: []uint8{3}, Commands: []Command{SendDataTCP, SetPassphrase}}
	send, join := asked(SendDataTCP, Uint(3), Bytes(make([]byte, 100))), asked(SetPassphrase, Text("home"), Text("secret"))
	spans := make([][2]int, 0, 8)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		c.Extent(send)
		c.Spans(spans, join)
	}))
}
