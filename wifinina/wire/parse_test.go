package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDamagedRequests(t *testing.T) {
	for name, x := range map[string]struct {
		frame string
		err   Error
		at    int
		vals  int // values before the fault
	}{
		"nothing":           {"", ErrIdle, 0, 0},
		"idle high":         {"FF FF FF FF", ErrIdle, 0, 0},
		"idle low":          {"00 00", ErrIdle, 0, 0},
		"start":             {"E1 20 00 EE", ErrStart, 0, 0},
		"command":           {"E0 A0 00 EE", ErrCommand, 1, 0},
		"header only":       {"E0 20", ErrTruncated, 2, 0},
		"no end":            {"E0 20 00", ErrTruncated, 3, 0},
		"not the end":       {"E0 20 00 EF", ErrEnd, 3, 0},
		"count":             {"E0 20 01 EE", ErrCount, 2, 0},
		"padding":           {"E0 2F 01 01 00 EE", ErrPadding, 6, 1},
		"too much padding":  {"E0 20 00 EE FF FF FF FF", ErrPadding, 4, 0},
		"length":            {"E0 2F 01 02 00 00 EE FF", ErrLength, 3, 0},
		"in second":         {"E0 11 02 01 61 05 62 63", ErrTruncated, 8, 1},
		"in length field":   {"E0 44 02 00 01 02 00", ErrTruncated, 7, 1},
		"dummy length":      {"E0 21 01 02 FF FF EE FF", ErrLength, 3, 0},
		"file data length":  {"E0 60 04 04 00 00 00 00 04 01 00 00 00 01 61 01 62 EE FF FF", ErrLength, 15, 3},
		"file data missing": {"E0 60 04 04 00 00 00 00 04 FF 00 00 00 01 61 00 62 EE FF FF", ErrTruncated, 20, 3},
		"file data absurd":  {"E0 60 04 04 00 00 00 00 04 FF FF FF FF 01 61 00 62 EE FF FF", ErrLength, 15, 3},
	} {
		vals, m := ParseRequest(nil, unhex(t, x.frame), Arduino)
		assert.Equal(t, x.err, m.Err, name)
		assert.Equal(t, x.at, m.At, name)
		assert.Len(t, vals, x.vals, name)
		assert.Equal(t, x.err, m.Check(), name)
	}
}

func TestRequestViews(t *testing.T) {
	frame := AppendRequest(nil, SendDataTCP, Uint(2), Text("hello"))
	vals, m := ParseRequest([]Value{Uint(9)}, frame, Arduino)
	require.Len(t, vals, 3, "values are appended")
	assert.Equal(t, int64(9), vals[0].Int())
	assert.Equal(t, "sock", m.Param(0).Name)
	assert.Equal(t, "data", m.Param(1).Name)
	assert.Same(t, &frame[8], &vals[2].Bytes()[0], "data is a view")
	assert.Equal(t, []byte{0xFF, 0xFF}, m.Pad)
	assert.Equal(t, 14, m.Size)
	assert.Equal(t, uint8(2), m.Count)
}

func TestDummiesHaveNoValue(t *testing.T) {
	vals, m := ParseRequest(nil, unhex(t, "E0 21 01 01 FF EE FF FF"), Arduino)
	assert.NoError(t, m.Check())
	assert.Empty(t, vals)
	vals, m = ParseRequest(nil, unhex(t, "E0 21 00 EE"), Arduino)
	assert.NoError(t, m.Check())
	assert.Empty(t, vals)
	assert.Equal(t, "CircuitPython", m.Form().Sender)
}

func TestPaddingContentIsFree(t *testing.T) {
	_, m := ParseRequest(nil, unhex(t, "E0 2F 01 01 00 EE 61 62"), Arduino)
	assert.NoError(t, m.Check(), "CircuitPython pads with leftovers")
	assert.Equal(t, []byte("ab"), m.Pad)
}

func TestUnknownCommand(t *testing.T) {
	frame := unhex(t, "E0 31 02 01 05 02 61 62 EE FF FF FF")
	vals, m := ParseRequest(nil, frame, Arduino)
	require.NoError(t, m.Check())
	require.Len(t, vals, 2)
	assert.Equal(t, []byte("ab"), vals[1].Bytes())
	assert.Nil(t, m.Spec())
	assert.Nil(t, m.Form())
	assert.Equal(t, Param{Type: Blob}, m.Param(1))
	assert.Equal(t, frame, AppendRequest(nil, 0x31, vals...))
}

func TestFamilyDecides(t *testing.T) {
	frame := unhex(t, "E0 54 02 01 24 01 03 EE")
	_, m := ParseRequest(nil, frame, Arduino)
	assert.Equal(t, ErrCount, m.Err)
	vals, m := ParseRequest(nil, frame, Adafruit)
	assert.NoError(t, m.Check())
	assert.Equal(t, "attenuation", m.Param(1).Name)
	assert.Equal(t, uint8(3), vals[1].Uint8())
}

func TestDamagedReplies(t *testing.T) {
	for name, x := range map[string]struct {
		req   Command
		frame string
		err   Error
		at    int
		vals  int
	}{
		"nothing":             {GetConnStatus, "", ErrIdle, 0, 0},
		"idle":                {GetConnStatus, "00 00 00 00 00 00", ErrIdle, 0, 0},
		"start":               {GetConnStatus, "FF E0 A0 01 01 03 EE", ErrStart, 0, 0},
		"header only":         {GetConnStatus, "E0 A0", ErrTruncated, 2, 0},
		"of another command":  {GetConnStatus, "E0 A1 01 01 03 EE 00 00", ErrCommand, 1, 0},
		"count":               {GetConnStatus, "E0 A0 02 01 03 01 03 EE", ErrCount, 2, 0},
		"empty":               {GetConnStatus, "E0 A0 00 EE", ErrCount, 2, 0},
		"length":              {GetConnStatus, "E0 A0 01 02 03 00 EE 00", ErrLength, 3, 0},
		"parameters missing":  {GetIPAddr, "E0 A1 03 04 0A 00 00 01 04", ErrTruncated, 9, 1},
		"end missing":         {GetConnStatus, "E0 A0 01 01 03", ErrTruncated, 5, 1},
		"not the end":         {GetConnStatus, "E0 A0 01 01 03 00 EE 00", ErrEnd, 5, 1},
		"padding":             {GetConnStatus, "E0 A0 01 01 03 EE 00 01", ErrPadding, 7, 1},
		"always an error":     {DeleteFile, "E0 E2 00 EE", ErrCount, 2, 0},
		"half an error":       {GetConnStatus, "EF", ErrTruncated, 1, 0},
		"error with a count":  {GetConnStatus, "EF 01 EE 00", ErrCount, 1, 0},
		"error without end":   {GetConnStatus, "EF 00 00 00", ErrEnd, 2, 0},
		"exists without size": {ExistsFile, "E0 E3 01 04 10 00 00", ErrTruncated, 7, 0},
		"exists before stray": {ExistsFile, "E0 E3 01 04 10 00 00 00", ErrTruncated, 8, 1},
		"scan cut":            {ScanNetworks, "E0 A7 02 01 61", ErrTruncated, 5, 1},
		"scan end":            {ScanNetworks, "E0 A7 01 01 61 00 EE 00", ErrEnd, 5, 1},
	} {
		vals, m := ParseReply(nil, unhex(t, x.frame), x.req, Arduino, 0)
		assert.Equal(t, x.err, m.Err, name)
		assert.Equal(t, x.at, m.At, name)
		assert.Len(t, vals, x.vals, name)
		assert.Equal(t, x.req, m.Cmd, name)
	}
}

// TestCutReplies: what genuine hosts leave unread is no fault.
func TestCutReplies(t *testing.T) {
	for name, x := range map[string]struct {
		req   Command
		frame string
		cut   bool
		size  int
		vals  []int64
	}{
		"error, two bytes":      {StopServerTCP, "EF 00", true, 2, nil},
		"error, no pad":         {StopServerTCP, "EF 00 EE", true, 3, nil},
		"error, whole":          {StopServerTCP, "EF 00 EE 00", false, 3, nil},
		"always, whole":         {DeleteFile, "EF 00 EE 00", false, 3, nil},
		"no connection, cut":    {StartClientTCP, "E0 AD 00", true, 3, nil},
		"no connection, whole":  {StartClientTCP, "E0 AD 00 EE", false, 4, nil},
		"connection":            {StartClientTCP, "E0 AD 01 01 01 EE 00 00", false, 6, []int64{1}},
		"exists, at the stray":  {ExistsFile, "E0 E3 01 04 10 00 00 00 00", true, 9, []int64{16}},
		"exists, whole":         {ExistsFile, "E0 E3 01 04 10 00 00 00 00 EE 00 00", false, 10, []int64{16}},
		"missing file":          {ExistsFile, "E0 E3 01 04 FF FF FF FF 00", true, 9, []int64{-1}},
		"no pad":                {GetConnStatus, "E0 A0 01 01 03 EE", true, 6, []int64{3}},
		"half the pad":          {GetConnStatus, "E0 A0 01 01 03 EE 00", true, 6, []int64{3}},
		"beyond the pad":        {GetConnStatus, "E0 A0 01 01 03 EE 00 00 FF FF", false, 6, []int64{3}},
		"scan failed, Adafruit": {ScanNetworks, "E0 A7 FE EE", false, 4, nil},
	} {
		vals, m := ParseReply(nil, unhex(t, x.frame), x.req, Arduino, 0)
		require.NoError(t, m.Check(), name)
		assert.Equal(t, x.cut, m.Cut, name)
		assert.Equal(t, x.size, m.Size, name)
		assert.Equal(t, x.frame[:2] == "EF", m.ErrorReply, name)
		assert.Nil(t, m.Form(), name)
		var got []int64
		for _, v := range vals {
			got = append(got, v.Int())
		}
		assert.Equal(t, x.vals, got, name)
	}
}

func TestWriteFileReplies(t *testing.T) {
	for name, x := range map[string]struct {
		frame string
		asked int
		err   Error
		count int64 // -1: not told
	}{
		"one byte":          {"EE E0 00", 1, 0, 1},
		"two bytes":         {"E0 EE 00 00", 2, 0, 2},
		"three bytes":       {"E0 E0 EE", 3, 0, 3},
		"cut":               {"E0 E0 00", 16, 0, -1},
		"whole":             {"E0 E0 00 00 00 EE 00 00", 6, 0, 6},
		"whole, no pad":     {"E0 E0 00 00 00 EE", 6, 0, 6},
		"disk full":         {"E0 E0 00 EE", 16, 0, 4},
		"nothing written":   {"EF 00 EE 00", 16, 0, -1},
		"could not open":    {"00 00 00", 16, ErrIdle, -1},
		"more than asked":   {"E0 E0 00 00 EE 00 00 00", 3, ErrEnd, -1},
		"another command":   {"E0 A0 01 01 03 EE 00 00", 16, ErrEnd, -1},
		"nothing asked":     {"E0 E0 EE 00", 0, ErrStart, -1},
		"a negative number": {"E0 E0 EE 00", -1 << 31, ErrStart, -1},
	} {
		vals, m := ParseReply(nil, unhex(t, x.frame), WriteFile, Arduino, x.asked)
		assert.Equal(t, x.err, m.Err, name)
		if x.count < 0 {
			assert.Empty(t, vals, name)
		} else if assert.Len(t, vals, 1, name) {
			assert.Equal(t, x.count, vals[0].Int(), name)
		}
	}
}

func TestDataLen(t *testing.T) {
	frame := AppendRequest(nil, WriteFile, Uint(0), Uint(3), Text("/fs/a"), Text("abc"))
	assert.Equal(t, 3, DataLen(frame, Arduino))
	assert.Equal(t, 3, DataLen(frame[:21], Adafruit), "the data are cut off")
	assert.Equal(t, MaxFrame, DataLen(unhex(t, "E0 60 04 04 00 00 00 00 04 FF FF FF FF 01 61 00 62 EE"), Arduino))
	assert.Zero(t, DataLen(frame[:8], Arduino))
	assert.Zero(t, DataLen(frame[:1], Arduino))
	assert.Zero(t, DataLen(AppendRequest(nil, SendDataTCP, Uint(0), Text("abc")), Arduino))
	assert.Zero(t, testing.AllocsPerRun(10, func() { DataLen(frame, Arduino) }))
}

func TestNumbers(t *testing.T) {
	for _, x := range []struct {
		typ  Type
		raw  string
		want int64
	}{
		{U8, "FF", 255}, {U16BE, "01 02", 0x0102}, {U16LE, "01 02", 0x0201}, {U32LE, "01 00 00 80", 0x80000001},
		{I16LE, "FF FF", -1}, {I16LE, "17 00", 23}, {I32LE, "C9 FF FF FF", -55}, {UintBE, "01 02 03", 0x010203},
		{UintLE, "01 02 03", 0x030201}, {IntLE, "FE", -2}, {IntLE, "00 00 00 00 00 00 00 80", -1 << 63},
		{IPv4, "C0 A8 01 0A", 0xC0A8010A},
	} {
		raw := unhex(t, x.raw)
		v := x.typ.value(raw)
		assert.Equal(t, x.want, v.Int(), "%d of %s", x.typ, x.raw)
		assert.Equal(t, len(raw), v.Width())
		assert.Nil(t, v.Bytes())
		assert.Equal(t, raw, Param{Type: x.typ}.append(nil, v)[1:], "back again")
	}
	assert.Equal(t, [4]byte{192, 168, 1, 10}, IPv4.value([]byte{192, 168, 1, 10}).IP())
	assert.InDelta(t, 53.33, F32LE.value([]byte{0xEC, 0x51, 0x55, 0x42}).Float32(), 0.001)
	assert.Equal(t, uint16(0x0102), U16BE.value([]byte{1, 2}).Uint16())
	assert.Equal(t, []int64{1, 0, -3}, []int64{Flag(true).Int(), Flag(false).Int(), Int(-3).Int()})
	assert.Equal(t, "abc", string(Text("abc").Bytes()))
}

func TestErrors(t *testing.T) {
	assert.NoError(t, Error(0).Err())
	for e := ErrIdle; e <= ErrTooLong; e++ {
		assert.NotEqual(t, Error(0xFF).Error(), e.Error())
		assert.ErrorIs(t, e.Err(), e)
	}
	assert.Equal(t, "unknown frame error", Error(0).Error())
}
