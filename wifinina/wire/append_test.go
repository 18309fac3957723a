package wire

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAppendExtendsDst(t *testing.T) {
	got := AppendRequest([]byte{1, 2}, GetConnStatus)
	assert.Equal(t, []byte{1, 2, 0xE0, 0x20, 0x00, 0xEE}, got)
	got = AppendReply([]byte{3}, GetConnStatus, Arduino, Uint[uint8](3))
	assert.Equal(t, []byte{3, 0xE0, 0xA0, 1, 1, 3, 0xEE, 0, 0}, got, "the padding counts from the start byte")
	assert.Equal(t, []byte{4, 0xEF, 0, 0xEE, 0}, AppendError([]byte{4}))
}

// TestWhatDoesNotFit: values that would damage the frame append nothing, and
// CheckRequest says why.
func TestWhatDoesNotFit(t *testing.T) {
	ok := []Value{Uint(0)}
	for name, x := range map[string]struct {
		cmd  Command
		vals []Value
		want Error
	}{
		"no values":              {SetPassphrase, nil, ErrCount},
		"too few":                {SetPassphrase, []Value{Text("net")}, ErrCount},
		"too many":               {GetConnStatus, ok, ErrCount},
		"value for a dummy":      {GetIPAddr, ok, ErrCount},
		"text too long":          {SetNet, []Value{Bytes(make([]byte, 256))}, ErrValue},
		"number too big":         {GetClientStateTCP, []Value{Uint(256)}, ErrValue},
		"number too small":       {GetClientStateTCP, []Value{Int(-129)}, ErrValue},
		"text for a number":      {GetClientStateTCP, []Value{Text("0")}, ErrValue},
		"number for a text":      {SetNet, []Value{Uint(1)}, ErrValue},
		"data too long":          {SendDataTCP, []Value{Uint(0), Bytes(make([]byte, MaxSend+1))}, ErrTooLong},
		"data beyond the field":  {SendDataTCP, []Value{Uint(0), Bytes(make([]byte, 65536))}, ErrValue},
		"sendto too long":        {SocketSendTo, []Value{Uint(0), IP([4]byte{}), Uint(1), Bytes(make([]byte, MaxSendTo+1))}, ErrTooLong},
		"file data not the size": {WriteFile, []Value{Uint(0), Uint(4), Text("/fs/a"), Text("abc")}, ErrValue},
		"unknown, number":        {0x31, []Value{Uint(1)}, ErrValue},
		"not a command":          {0x80, nil, ErrCommand},
		"unknown, too many":      {0x31, make([]Value, 256), ErrCount},
	} {
		got := AppendRequest([]byte{7}, x.cmd, x.vals...)
		assert.Equal(t, []byte{7}, got, name)
		assert.Equal(t, x.want, CheckRequest(x.cmd, x.vals...), name)
	}
}

func TestWhatJustFits(t *testing.T) {
	for name, x := range map[string]struct {
		cmd  Command
		vals []Value
		size int
	}{
		"data":   {SendDataTCP, []Value{Uint(0), Bytes(make([]byte, MaxSend))}, MaxFrame},
		"sendto": {SocketSendTo, []Value{Uint(0), IP([4]byte{}), Uint(1), Bytes(make([]byte, MaxSendTo))}, MaxFrame},
		"host":   {ReqHostByName, []Value{Bytes(make([]byte, MaxHost))}, 260},
		"signed": {GetClientStateTCP, []Value{Int(-1)}, 8},
	} {
		assert.Len(t, AppendRequest(nil, x.cmd, x.vals...), x.size, name)
		assert.Zero(t, CheckRequest(x.cmd, x.vals...), name)
	}
}

func TestFormIsChosenByValues(t *testing.T) {
	ip, port := IP([4]byte{10, 0, 0, 1}), Uint(80)
	byIP := AppendRequest(nil, StartClientTCP, ip, port, Uint(1), Uint(ModeTCP))
	assert.Equal(t, byte(4), byIP[2])
	byName := AppendRequest(nil, StartClientTCP, Text("a.b"), ip, port, Uint(1), Uint(ModeTLS))
	assert.Equal(t, byte(5), byName[2])
	assert.Empty(t, AppendRequest(nil, StartClientTCP, Text("a.b"), ip, port, Uint(1), Uint(ModeTLS), Uint(0)),
		"six values are WiFiNINA's form, which is not a right one")
	assert.Len(t, AppendRequest(nil, AvailDataTCP, Uint(1), Uint(1)), 8)
	assert.Equal(t, byte(1), AppendRequest(nil, AvailDataTCP, Uint(1))[2])
	assert.Empty(t, AppendRequest(nil, SetAPNet, Text("ap")), "TinyGo's form lacks the channel")
}

// TestFamilyDecidesTheRequest: the same number is another command.
func TestFamilyDecidesTheRequest(t *testing.T) {
	for _, x := range []struct {
		fam  Family
		cmd  Command
		vals []Value
		want string
	}{
		{Arduino, GetAnalogRead, []Value{Uint(2)}, "E0 54 01 01 02 EE FF FF"},
		{Adafruit, GetAnalogRead, []Value{Uint(38), Uint(3)}, "E0 54 02 01 26 01 03 EE"},
		{Adafruit, SetEntIdent, []Value{Text("id")}, "E0 4A 01 02 69 64 EE FF"},
		{Adafruit, SetEntEnable, nil, "E0 4F 00 EE"},
		{Adafruit, SetCliCert, []Value{Text("PEM")}, "E0 40 01 03 50 45 4D EE"},
		{Adafruit, GetConnStatus, nil, "E0 20 00 EE"},
	} {
		assert.Equal(t, unhex(t, x.want), AppendRequestTo(nil, x.fam, x.cmd, x.vals...), "%v", x.cmd)
		assert.Zero(t, CheckRequestTo(x.fam, x.cmd, x.vals...))
	}
	assert.Empty(t, AppendRequest(nil, GetAnalogRead, Uint(38), Uint(3)), "Adafruit's form")
	assert.Equal(t, ErrCount, CheckRequestTo(Adafruit, GetAnalogRead, Uint(2)), "Arduino's form")
}

func TestAppendFormOfNobody(t *testing.T) {
	assert.Equal(t, []byte{1}, AppendForm([]byte{1}, GetConnStatus, nil))
	assert.Equal(t, []byte{1}, AppendForm([]byte{1}, SetNet, &Form{Params: []Param{{Name: "ssid", Type: String}}}, Text("x")))
	assert.Equal(t, []byte{1}, AppendRequest([]byte{1}, 0x80))
	assert.Equal(t, []byte{1}, AppendForm([]byte{1}, 0x80, &Lookup(GetConnStatus, Arduino).Forms[0]))
}

// TestForms pins what each host does beside the right form.
func TestForms(t *testing.T) {
	for _, x := range []struct {
		cmd    Command
		sender string
		vals   []Value
		want   string
	}{
		{SetHostname, "TinyGo", []Value{Text("abc")}, "E0 16 03 03 61 62 63 EE"},
		{SetPinMode, "TinyGo", []Value{Uint(25), Uint(1)}, "E0 50 01 01 19 01 01 EE FF"},
		{SetPinMode, "WiFiNINA", []Value{Uint(25), Uint(1)}, "E0 50 02 01 19 01 01 EE FF"},
		{SetAPNet, "TinyGo", []Value{Text("ap")}, "E0 18 01 02 61 70 EE FF"},
		{SetAPNet, "CircuitPython", []Value{Text("ap"), Bytes(make([]byte, 3))}, "E0 18 02 02 61 70 03 00 00 00 EE FF"},
		{Disconnect, "CircuitPython", nil, "E0 30 00 EE"},
		{GetDataTCP, "WiFiNINA", []Value{Uint(1), Uint(1)}, "E0 2C 02 01 01 02 00 01 EE FF FF FF"},
		{StopServerTCP, "WiFiNINA 2", []Value{Uint(0)}, "E0 38 01 01 00 EE"},
		{PrefStat, "WiFiNINA 2", nil, "E0 5A 00 EE FF FF FF"},
		{PrefClear, "WiFiNINA 2", nil, "E0 57 00 EE FF FF FF"},
		{PrefPut, "WiFiNINA 2", []Value{Text("k"), Uint(1), Bytes([]byte{5})}, "E0 5B 03 01 6B 01 01 00 01 05 EE FF FF"},
		{SetEnt, "WiFiNINA", []Value{Uint(0), Text("n"), Text("u"), Text("p"), Text(""), Text("\x00")},
			"E0 40 06 00 01 00 00 01 6E 00 01 75 00 01 70 00 00 00 01 00 EE"},
		{WriteFile, "WiFiNINA 1", []Value{Uint(0), Uint(3), Text("/fs/a"), Text("ABC")},
			"E0 60 04 04 00 00 00 00 04 03 00 00 00 05 2F 66 73 2F 61 00 41 42 43 EE FF FF FF"},
		{ExistsFile, "WiFiNINA 2", []Value{Uint(0), Uint(4), Text("/fs/a")},
			"E0 63 03 04 00 00 00 00 04 04 00 00 00 05 2F 66 73 2F 61 EE FF FF"},
	} {
		f := formOf(t, x.cmd, x.sender)
		got := AppendForm(nil, x.cmd, f, x.vals...)
		assert.Equal(t, unhex(t, x.want), got, "%v of %s", x.cmd, x.sender)
		vals, m := ParseRequest(nil, got, Arduino)
		require.NoError(t, m.Check(), "%v of %s", x.cmd, x.sender)
		assert.Same(t, f, m.Form(), "%v of %s", x.cmd, x.sender)
		assert.Equal(t, got, AppendForm(nil, x.cmd, m.Form(), vals...))
	}
}

func formOf(t testing.TB, c Command, sender string) *Form {
	s := Lookup(c, Arduino)
	for i := range s.Forms {
		if s.Forms[i].Sender == sender {
			return &s.Forms[i]
		}
	}
	require.Fail(t, "no such form", "%v of %s", c, sender)
	return nil
}

// TestWrapped: CircuitPython's certificates, whose length byte overflows.
func TestWrapped(t *testing.T) {
	f := &Lookup(SetCliCert, Adafruit).Forms[0]
	for _, n := range []int{0, 1, 255, 256, 1199, 1200, 1300} {
		cert := bytes.Repeat([]byte{end}, n)
		frame := AppendForm(nil, SetCliCert, f, Bytes(cert))
		assert.Equal(t, byte(n), frame[3])
		assert.Zero(t, len(frame)%4)
		vals, m := ParseRequest(nil, frame, Adafruit)
		require.NoError(t, m.Check(), "%d bytes", n)
		assert.Equal(t, cert, vals[0].Bytes(), "%d bytes", n)
	}
	_, m := ParseRequest(nil, unhex(t, "E0 40 01 05 41 42 43 EE"), Adafruit)
	assert.Equal(t, ErrLength, m.Err)
	assert.Equal(t, 3, m.At)
}

func TestAppendReply(t *testing.T) {
	for _, x := range []struct {
		cmd  Command
		fam  Family
		vals []Value
		want string
	}{
		{StartClientTCP, Arduino, nil, "E0 AD 00 EE"},
		{StartClientTCP, Arduino, []Value{Uint(1)}, "E0 AD 01 01 01 EE 00 00"},
		{ScanNetworks, Arduino, nil, "E0 A7 00 EE"},
		{ScanNetworks, Arduino, []Value{Text("a"), Text("")}, "E0 A7 02 01 61 00 EE 00"},
		{DeleteFile, Arduino, nil, "EF 00 EE 00"},
		{0x31, Arduino, nil, "EF 00 EE 00"},
		{0x90, Arduino, nil, "EF 00 EE 00"},
		{ExistsFile, Arduino, []Value{Int(-1)}, "E0 E3 01 04 FF FF FF FF 00 EE 00 00"},
		{WriteFile, Arduino, []Value{Int(-1)}, ""},
		{WriteFile, Arduino, []Value{Uint(0)}, "EF 00 EE 00"},
		{WriteFile, Arduino, []Value{Uint(1)}, "EE E0 00 00"},
		{WriteFile, Arduino, []Value{Uint(2)}, "E0 EE 00 00"},
		{WriteFile, Arduino, []Value{Uint(3)}, "E0 E0 EE 00"},
		{WriteFile, Arduino, []Value{Uint(5)}, "E0 E0 00 00 EE 00 00 00"},
		{WriteFile, Arduino, []Value{Uint(MaxFrame + 1)}, ""},
		{GetAnalogRead, Arduino, []Value{Uint(0x0A66)}, "E0 D4 01 02 66 0A EE 00"},
		{GetAnalogRead, Adafruit, []Value{Int(-1)}, "E0 D4 01 04 FF FF FF FF EE 00 00 00"},
		{GetTime, Arduino, []Value{Uint(7)}, "E0 BB 01 04 07 00 00 00 EE 00 00 00"},
		{GetTime, Adafruit, []Value{Sized(7, 8)}, "E0 BB 01 08 07 00 00 00 00 00 00 00 EE 00 00 00"},
		{GetTime, Adafruit, []Value{Sized(7, 9)}, ""},
		{GetTime, Arduino, []Value{Int(1 << 40)}, "E0 BB 01 08 00 00 00 00 00 01 00 00 EE 00 00 00"},
		{PrefLen, Arduino, []Value{Sized(255, 1)}, "E0 D9 01 01 FF EE 00 00"},
		{GetTemperature, Arduino, []Value{Float(53.33)}, "E0 9B 01 04 EC 51 55 42 EE 00 00 00"},
		{SetEntEnable, Adafruit, []Value{Uint(1)}, "E0 CF 01 01 01 EE 00 00"},
		{SetEntCACert, Adafruit, nil, "EF 00 EE 00"},
		{GetMACAddr, Arduino, []Value{Bytes(make([]byte, 5))}, ""},
	} {
		assert.Equal(t, unhex(t, x.want), append([]byte{}, AppendReply(nil, x.cmd, x.fam, x.vals...)...), "%v %v", x.cmd, x.vals)
	}
}

func TestAppendAndParseDoNotAllocate(t *testing.T) {
	buf := make([]byte, 0, MaxFrame)
	vals := make([]Value, 0, 16)
	spans := make([][2]int, 0, 4)
	data := make([]byte, 1400)
	ap := formOf(t, SetAPPassphrase, "CircuitPython")
	allocs := testing.AllocsPerRun(100, func() {
		req := AppendRequest(buf, SendDataTCP, Uint(1), Bytes(data))
		vals, _ = ParseRequest(vals[:0], req, Arduino)
		rep := AppendReply(buf, SendDataTCP, Arduino, Uint(len(data)))
		vals, _ = ParseReply(vals[:0], rep, SendDataTCP, Arduino, 0)
		_, _ = ReplySize(rep, SendDataTCP, Arduino)
		req = AppendForm(buf, SetAPPassphrase, ap, Text("net"), Text("passphrase"), Bytes(data[:6]))
		spans = SecretSpans(spans[:0], req)
		vals, _ = ParseRequest(vals[:0], req, Arduino)
		_ = CheckRequest(SetPassphrase, Text("net"), Text("passphrase"))
		rep = AppendReply(buf, ScanNetworks, Arduino, Text("a"), Text("b"))
		vals, _ = ParseReply(vals[:0], rep, ScanNetworks, Arduino, 0)
	})
	assert.Zero(t, allocs)
	assert.Len(t, spans, 1)
	assert.Len(t, vals, 2)
}

func BenchmarkAppendRequest(b *testing.B) {
	buf, data := make([]byte, 0, MaxFrame), make([]byte, 1400)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for i := 0; i < b.N; i++ {
		_ = AppendRequest(buf, SendDataTCP, Uint(1), Bytes(data))
	}
}

func BenchmarkParseReply(b *testing.B) {
	vals := make([]Value, 0, 4)
	rep := AppendReply(nil, GetDatabufTCP, Arduino, Bytes(make([]byte, 1400)))
	b.ReportAllocs()
	b.SetBytes(1400)
	for i := 0; i < b.N; i++ {
		vals, _ = ParseReply(vals[:0], rep, GetDatabufTCP, Arduino, 0)
	}
}
