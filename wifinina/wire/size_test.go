package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFirstRead(t *testing.T) {
	for c, want := range map[Command]int{
		GetConnStatus: 6, GetIPAddr: 19, GetMACAddr: 11, GetTemperature: 9, AvailDataTCP: 7, GetRemoteData: 12,
		StartClientTCP: 6, DeleteFile: 3, ExistsFile: 10, WriteFile: 4, ScanNetworks: 4, GetCurrSSID: 4,
		GetFWVersion: 4, GetDatabufTCP: 5, SocketAccept: 14, SocketRecvFrom: 15, SocketGetPeerName: 14, GetTime: 4, 0x31: 4,
	} {
		assert.Equal(t, want, FirstRead(c, Arduino), "%v", c)
	}
	assert.Equal(t, 7, FirstRead(GetAnalogRead, Arduino))
	assert.Equal(t, 9, FirstRead(GetAnalogRead, Adafruit))
}

func TestReplySize(t *testing.T) {
	for name, x := range map[string]struct {
		cmd  Command
		got  string
		need int
		done bool
	}{
		"nothing yet":        {GetConnStatus, "", 6, false},
		"part of fixed":      {GetConnStatus, "E0 A0", 6, false},
		"fixed":              {GetConnStatus, "E0 A0 01 01 03 EE", 6, true},
		"error in one byte":  {GetConnStatus, "EF", 3, false},
		"error":              {GetConnStatus, "EF 00 EE", 3, true},
		"error in fixed":     {GetIPAddr, "EF 00 EE 00 00 00", 6, true},
		"no connection":      {StartClientTCP, "E0 AD 00 EE 00 00", 6, true},
		"no connection yet":  {StartClientTCP, "E0 AD 00", 4, false},
		"data length":        {GetDatabufTCP, "E0 C5 01 01 02", 5 + 0x102 + 1, false},
		"no data":            {GetDatabufTCP, "E0 C5 01 00 00", 6, false},
		"data":               {GetDatabufTCP, "E0 C5 01 00 01 61 EE", 7, true},
		"absurd length":      {GetDatabufTCP, "E0 C5 01 FF FF", MaxFrame, false},
		"half a length":      {GetDatabufTCP, "E0 C5 01 00", 5, false},
		"networks":           {ScanNetworks, "E0 A7 02 01", 6, false},
		"second network":     {ScanNetworks, "E0 A7 02 01 61 02", 9, false},
		"no networks":        {ScanNetworks, "E0 A7 00 EE", 4, true},
		"scan failed":        {ScanNetworks, "E0 A7 FE EE", 4, true},
		"from":               {SocketRecvFrom, "E0 FA 03 00 04 7F 00 00 01 00 02 5A 52 00 05", 21, false},
		"stray":              {ExistsFile, "E0 E3 01 04 10 00 00 00 00 EE", 10, true},
		"idle":               {GetConnStatus, "00 00 00 00 00 00", 6, true},
		"another command":    {GetConnStatus, "E0 A1 03 04 00 00", 6, true},
		"wrong count":        {GetConnStatus, "E0 A0 02 04 00 00", 6, true},
		"file":               {WriteFile, "E0 E0 00 00", 4, true},
		"time of eight":      {GetTime, "E0 BB 01 08", 13, false},
		"unknown, as it may": {0x31, "E0 B1 01 02", 7, false},
	} {
		need, done := ReplySize(unhex(t, x.got), x.cmd, Arduino)
		assert.Equal(t, x.need, need, name)
		assert.Equal(t, x.done, done, name)
	}
}

// TestBufferEndsTheReply: a damaged length cannot make a driver clock for ever.
func TestBufferEndsTheReply(t *testing.T) {
	got := make([]byte, MaxFrame)
	copy(got, unhex(t, "E0 C5 01 FF FF"))
	need, done := ReplySize(got, GetDatabufTCP, Arduino)
	assert.Equal(t, MaxFrame, need)
	assert.True(t, done)
}

// TestClockingWorkedReplies reads each worked reply as a driver does.
func TestClockingWorkedReplies(t *testing.T) {
	for _, w := range readWorked(t) {
		if !w.reply {
			continue
		}
		got, _ := clock(t, w.clocked(), w.cmd, w.family)
		assert.Equal(t, w.frame, got[:len(w.frame)], w.line)
		assert.LessOrEqual(t, len(got)-len(w.frame), 20, w.line)
	}
}
