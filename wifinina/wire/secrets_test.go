package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// secrets returns the secret bytes of a frame, as text.
func secrets(frame []byte) (list []string) {
	for _, s := range SecretSpans(nil, frame) {
		list = append(list, string(frame[s[0]:s[0]+s[1]]))
	}
	return list
}

func TestSecretSpans(t *testing.T) {
	ada := func(c Command, vals ...Value) []byte {
		return AppendForm(nil, c, &Lookup(c, Adafruit).Forms[0], vals...)
	}
	ent := []Value{Uint(0), Text("net"), Text("user"), Text("pass"), Text("id"), Text("cert\x00")}
	for name, x := range map[string]struct {
		frame []byte
		want  []string
	}{
		"passphrase":        {AppendRequest(nil, SetPassphrase, Text("net"), Text("secret12")), []string{"secret12"}},
		"empty":             {AppendRequest(nil, SetPassphrase, Text("net"), Text("")), nil},
		"WEP":               {AppendRequest(nil, SetKey, Text("net"), Uint(0), Text("12345")), []string{"12345"}},
		"access point":      {AppendRequest(nil, SetAPPassphrase, Text("net"), Text("secret"), Uint(6)), []string{"secret"}},
		"TinyGo's":          {AppendForm(nil, SetAPPassphrase, formOf(t, SetAPPassphrase, "TinyGo"), Text("n"), Text("secret")), []string{"secret"}},
		"enterprise":        {AppendRequest(nil, SetEnt, ent...), []string{"user", "pass", "cert\x00"}},
		"WiFiNINA's":        {AppendForm(nil, SetEnt, formOf(t, SetEnt, "WiFiNINA"), ent...), []string{"user", "pass", "cert\x00"}},
		"Adafruit's cert":   {ada(SetCliCert, Text("PEM")), []string{"PEM"}},
		"Adafruit's key":    {ada(SetPK, Text("PEM")), []string{"PEM"}},
		"Adafruit's long":   {ada(SetPK, Text(strings.Repeat("k", 600))), []string{strings.Repeat("k", 600)}},
		"Adafruit's passwd": {ada(SetEntPasswd, Text("pw")), []string{"pw"}},
		"BLE available":     {AppendRequest(nil, BLEAvailable), nil},
		"nothing secret":    {AppendRequest(nil, SendDataTCP, Uint(0), Text("hello")), nil},
		"cut":               {[]byte("\xE0\x11\x02\x03net\x08sec"), []string{"\x03net\x08sec"}},
		"wrong count":       {[]byte("\xE0\x11\x03\x03net\x08secret12\xEE\xFF\xFF\xFF"), []string{"\x03net\x08secret12\xEE\xFF\xFF\xFF"}},
		"early end":         {[]byte("\xE0\x11\x02\x03net\x01s\xEEcret12\xEE"), []string{"\x03net\x01s\xEEcret12\xEE"}},
		"no start":          {[]byte("\xE1\x11\x02\x03net\x08secret12\xEE"), []string{"\x03net\x08secret12\xEE"}},
		"start lost":        {[]byte("\x11\x02\x03net\x08secret12\xEE"), []string{"net\x08secret12\xEE"}},
		"header":            {[]byte("\xE0\x11"), nil},
		"one byte":          {[]byte("\x11"), nil},
		"reply window":      {[]byte("\xFF\xFF\xFF\xFF\xFF\xFF"), nil},
		"not a command":     {[]byte("\xE0\x91\x01\x01\x01\xEE"), nil},
	} {
		assert.Equal(t, x.want, secrets(x.frame), name)
	}
}

func TestSecretSpansAppend(t *testing.T) {
	frame := AppendRequest(nil, SetPassphrase, Text("net"), Text("secret12"))
	assert.Equal(t, [][2]int{{1, 2}, {8, 8}}, SecretSpans([][2]int{{1, 2}}, frame))
}

func BenchmarkSecretSpansNone(b *testing.B) {
	frame := AppendRequest(nil, SendDataTCP, Uint(0), Bytes(make([]byte, 1400)))
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		_ = SecretSpans(nil, frame)
	}
}
