package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What a session says differently each time, by command.
func TestVolatile(t *testing.T) {
	for _, c := range []struct {
		cmd       Command
		name      string
		arg, told Volatile
	}{
		{GetIPAddr, "gateway", 0, ByLease},
		{SetIPConfig, "gateway", 0, ByLease}, // as an argument it is the program's
		{SendDataTCP, "sock", ByStack, ByStack},
		{SocketAccept, "port", 0, ByStack},
		{GetMACAddr, "mac", 0, ByDevice},
		{GetCurrRSSI, "rssi", 0, ByRadio},
		{ScanNetworks, "ssid", 0, ByRadio},
		{GetCurrSSID, "ssid", 0, 0},
		{GetCurrEncT, "encryption", 0, 0},
		{GetTime, "time", 0, ByClock},
		{AvailDataTCP, "count", 0, ByClock},
		{SetTime, "time", ByClock, ByClock},
		{GetAnalogRead, "value", 0, BySensor},
		{SocketGetSockOpt, "value", 0, 0},
		{GetFWVersion, "version", 0, 0},
	} {
		assert.Equal(t, c.arg, ArgVolatile(c.cmd, c.name), "%v %s", c.cmd, c.name)
		assert.Equal(t, c.told, ResultVolatile(c.cmd, c.name), "%v %s", c.cmd, c.name)
	}
}

// Each rule is about a parameter that exists, and each reason has words.
func TestEveryVolatileReasonIsUsed(t *testing.T) {
	seen := map[Volatile]bool{}
	for c := Command(0); c < commandCount; c++ {
		for f := range Family(2) {
			spec := Lookup(c, f)
			if spec == nil {
				continue
			}
			for _, p := range spec.Reply {
				seen[ResultVolatile(c, p.Name)] = true
			}
		}
	}
	for v := ByLease; v <= BySensor; v++ {
		assert.True(t, seen[v], v)
		assert.NotEmpty(t, v.String())
	}
	assert.Empty(t, Volatile(0).String())
}

// A poll's answer has the value that tells.
func TestPollsHaveTheValueThatTells(t *testing.T) {
	polls := 0
	for c := Command(0); c < commandCount; c++ {
		kind := PollOf(c)
		if kind == NoPoll {
			continue
		}
		polls++
		reply := Lookup(c, Arduino).Reply
		last := reply[len(reply)-1].Type
		if kind == PollData {
			assert.Equal(t, Blob, last, c)
		} else {
			assert.True(t, reply[0].Type.Number(), c)
		}
	}
	assert.Equal(t, 15, polls)
}
