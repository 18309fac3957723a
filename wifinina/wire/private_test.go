package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// cutOut returns the bytes of spans as text.
func cutOut(frame []byte, spans [][2]int) (list []string) {
	for _, s := range spans {
		list = append(list, string(frame[s[0]:s[0]+s[1]]))
	}
	return list
}

func TestRequestSpans(t *testing.T) {
	request := func(c Command, vals ...Value) []byte { return AppendRequest(nil, c, vals...) }
	join := request(SetPassphrase, Text("net"), Text("secret12"))
	send := request(SendDataTCP, Uint(0), Text("hello"))
	for name, x := range map[string]struct {
		frame []byte
		kinds Private
		want  []string
	}{
		"nothing":           {join, 0, nil},
		"secret":            {join, Secrets, []string{"secret12"}},
		"network":           {join, SSIDs, []string{"net"}},
		"both":              {join, SSIDs | Secrets, []string{"net", "secret12"}},
		"no payload":        {join, Payload, nil},
		"sent":              {send, Payload, []string{"hello"}},
		"sent kept":         {send, SSIDs | Secrets, nil},
		"datagram":          {request(InsertDatabuf, Uint(0), Text("hello")), Payload, []string{"hello"}},
		"BSD":               {request(SocketSendTo, Uint(0), IP([4]byte{1, 2, 3, 4}), Uint(9), Text("hello")), Payload, []string{"hello"}},
		"file":              {request(WriteFile, Uint(0), Uint(5), Text("/fs/a"), Text("hello")), Payload, []string{"hello"}},
		"preference":        {request(PrefPut, Text("k"), Uint(1), Text("hello")), Payload, []string{"hello"}},
		"a level is none":   {request(SetDigitalWrite, Uint(1), Uint(1)), Payload, nil},
		"damaged":           {[]byte("\xE0\x44\x02\x00\x01\x00\x00\x09hel"), Payload, []string{"\x00\x01\x00\x00\x09hel"}},
		"start lost":        {[]byte("\x44\x02\x00\x01\x00\x00\x05hello\xEE"), Payload, []string{"\x01\x00\x00\x05hello\xEE"}},
		"reply window":      {[]byte("\xFF\xFF\xFF\xFF"), 0xFF, nil},
		"what nobody knows": {[]byte("\xE0\x01\x01\x05hello\xEE"), 0xFF, nil},
	} {
		assert.Equal(t, x.want, cutOut(x.frame, x.kinds.RequestSpans(nil, x.frame)), name)
	}
}

func TestReplySpans(t *testing.T) {
	reply := func(c Command, vals ...Value) []byte { return AppendReply(nil, c, Arduino, vals...) }
	scan := reply(ScanNetworks, Text("one"), Text("two"))
	got := reply(GetDatabufTCP, Text("hello"))
	asked := AppendRequest(nil, GetDatabufTCP, Uint(0), Uint(5))
	for name, x := range map[string]struct {
		req, frame []byte
		kinds      Private
		want       []string
	}{
		"networks":            {nil, scan, SSIDs, []string{"one", "two"}},
		"networks kept":       {nil, scan, Secrets | Payload, nil},
		"payload":             {asked, got, Payload, []string{"hello"}},
		"request unknown":     {nil, got, Payload, []string{"hello"}},
		"datagram":            {nil, reply(SocketRecvFrom, IP([4]byte{}), Uint(1), Text("hello")), Payload, []string{"hello"}},
		"status":              {nil, reply(GetConnStatus, Uint(3)), 0xFF, nil},
		"error":               {asked, AppendError(nil), Payload, nil},
		"nothing came":        {asked, []byte("\x00\x00\x00\x00"), Payload, nil},
		"cut":                 {asked, got[:8], Payload, []string{string(got[3:8])}},
		"start lost":          {asked, got[1:], Payload, []string{string(got[4:])}},
		"start lost, unasked": {nil, got[1:], SSIDs, []string{string(got[2:])}},
		"another's":           {AppendRequest(nil, GetConnStatus), got, Payload, []string{string(got[3:])}},
		"leftovers behind":    {asked, append(got[:len(got):len(got)], "hello of before"...), Payload, []string{"hello", "hello of before"}},
		"zeros behind":        {asked, append(got[:len(got):len(got)], 0, 0, 0, 0), Payload, []string{"hello"}},
	} {
		assert.Equal(t, x.want, cutOut(x.frame, x.kinds.ReplySpans(nil, x.req, x.frame)), name)
	}
}

// Every parameter of the table that could be withheld is, in frames as they
// are encoded.
func TestSpansOfTheTable(t *testing.T) {
	for c := Command(0); c < commandCount; c++ {
		for f := range Family(2) {
			spec := Lookup(c, f)
			if spec == nil {
				continue
			}
			for _, form := range spec.Forms {
				for _, p := range form.Params {
					for _, k := range []Private{Secrets, SSIDs, Payload} {
						if k.covers(p) {
							assert.True(t, k.inRequest(byte(c)), "%s: %s", spec.Name, p.Name)
						}
					}
				}
			}
			for _, p := range spec.Reply {
				assert.Equal(t, (SSIDs | Payload).covers(p), (SSIDs|Payload).covers(p) && (SSIDs|Payload).inReply(byte(c)), "%s: %s", spec.Name, p.Name)
				assert.False(t, Secrets.covers(p), "replies hold no secrets")
			}
		}
	}
}
