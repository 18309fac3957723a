package decode

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The contract of the JSON form: one line per exchange, as written here. Every
// exchange begins at 0 and takes 90 µs to answer.
func TestJSONContract(t *testing.T) {
	for _, c := range []struct{ request, reply, want string }{
		{"E03700EE", "E0B70106322E302E3000EE",
			`"cmd":"GET_FW_VERSION","code":55,"args":{},"reply":{"version":"2.0.0"},"status":"ok"`},
		{"E01102 04686F6D65 0873656372657431 32 EEFFFF", "E091010101EE",
			`"cmd":"SET_PASSPHRASE","code":17,"args":{"ssid":"home","passphrase":"secret12"},"reply":{"status":1},"status":"ok"`},
		{"E02000EE", "E0A0010103EE0000",
			`"cmd":"GET_CONN_STATUS","code":32,"args":{},"reply":{"status":3},"status":"ok"`},
		{"E0220101FFEEFFFF", "E0A20106540E9ABF713CEE",
			`"cmd":"GET_MACADDR","code":34,"args":{},"reply":{"mac":"3c:71:bf:9a:0e:54"},"status":"ok"`},
		{"E0210101FFEEFFFF", "E0A10304C0A8011704FFFFFF0004C0A80101EE",
			`"cmd":"GET_IPADDR","code":33,"args":{},"reply":{"ip":"192.168.1.23","mask":"255.255.255.0","gateway":"192.168.1.1"},"status":"ok"`},
		{"E0230101FFEEFFFF", "E0A30100EE",
			`"cmd":"GET_CURR_SSID","code":35,"args":{},"reply":{"ssid":""},"status":"ok"`},
		{"E0250101FFEEFFFF", "E0A50104C9FFFFFFEE",
			`"cmd":"GET_CURR_RSSI","code":37,"args":{},"reply":{"rssi":-55},"status":"ok"`},
		{"E01B00EE", "E09B0104EC515542EE",
			`"cmd":"GET_TEMPERATURE","code":27,"args":{},"reply":{"temperature":53.33},"status":"ok"`},
		{"E02700EE", "E0A7020474C3A97E07636166652D3547EE",
			`"cmd":"SCAN_NETWORKS","code":39,"args":{},"reply":{"ssid":["té~","cafe-5G"]},"status":"ok"`},
		{"E02700EE", "E0A700EE",
			`"cmd":"SCAN_NETWORKS","code":39,"args":{},"reply":{"ssid":[]},"status":"ok"`},
		{"E02D04 04C0A8010A 020050 0100 0100 EE", "E0AD010101EE",
			`"cmd":"START_CLIENT_TCP","code":45,"sock":0,"args":{"ip":"192.168.1.10","port":80,"sock":0,"mode":0},"reply":{"status":1},"status":"ok"`},
		{"E02D06 00 047F000001 025259 0100 0100 020000 EE", "E0AD00",
			`"cmd":"START_CLIENT_TCP","code":45,"sock":0,"args":{"host":"","ip":"127.0.0.1","port":21081,"sock":0,"mode":0,"timeout":0},"reply":{},"status":"ok"|"findings":["cut reply"]`},
		{"E04402 000100 000568656C6C6F EEFFFF", "E0C401020500EE",
			`"cmd":"SEND_DATA_TCP","code":68,"sock":0,"args":{"sock":0,"data":{"len":5,"hex":"68656c6c"}},"reply":{"count":5},"status":"ok"`},
		{"E04502 000100 0002DC05 EEFF", "E0C50100026869EE",
			`"cmd":"GET_DATABUF_TCP","code":69,"sock":0,"args":{"sock":0,"count":1500},"reply":{"data":{"len":2,"hex":"6869"}},"status":"ok"`},
		{"E04502 000100 0002DC05 EEFF", "E0C5010000EE",
			`"cmd":"GET_DATABUF_TCP","code":69,"sock":0,"args":{"sock":0,"count":1500},"reply":{"data":{"len":0}},"status":"ok"`},
		{"E02B020101 0101EE", "E0AB0102FF00EE",
			`"cmd":"AVAIL_DATA_TCP","code":43,"sock":1,"args":{"sock":1,"accept":1},"reply":{"count":255},"status":"ok"`},
		{"E03401 0B6578616D706C652E6F7267 EE", "E0B4010101EE",
			`"cmd":"REQ_HOST_BY_NAME","code":52,"args":{"host":"example.org"},"reply":{"status":1},"status":"ok"`},
		{"E03500EE", "E0B501045DB8D822EE",
			`"cmd":"GET_HOST_BY_NAME","code":53,"args":{},"reply":{"ip":"93.184.216.34"},"status":"ok"`},
		{"E03A010101EEFFFF", "E0BA0204C0A8013202C822EE",
			`"cmd":"GET_REMOTE_DATA","code":58,"sock":1,"args":{"sock":1},"reply":{"ip":"192.168.1.50","port":51234},"status":"ok"`},
		{"E03B00EE", "E0BB010800F153650000000 0EE",
			`"cmd":"GET_TIME","code":59,"args":{},"reply":{"time":1700000000},"status":"ok"`},
		{"E03E020408080808 0180 EEFF", "E0BE0102FFFFEE",
			`"cmd":"PING","code":62,"args":{"ip":"8.8.8.8","ttl":128},"reply":{"ms":-1},"status":"ok"`},
		{"E03F00EE", "E0BF0101FFEE",
			`"cmd":"GET_SOCKET","code":63,"args":{},"reply":{"sock":255},"status":"ok"`},
		{"E062030400000000040000000004 2F66732F EEFF", "EF00EE00",
			`"cmd":"DELETE_FILE","code":98,"args":{"offset":0,"len":0,"filename":"/fs/"},"reply":{},"status":"ok"`},
		{"E063030400000000040400000003 2F6661 EEFFFF", "E0E30104FFFFFFFF00EE",
			`"cmd":"EXISTS_FILE","code":99,"args":{"offset":0,"len":4,"filename":"/fa"},"reply":{"len":-1},"status":"ok"`},
		{"E07502 0136 EE", "EF00EE00",
			`"cmd":"SOCKET_ACCEPT","code":117,"args":{},"reply":{},"status":"malformed"|"findings":["parameter count is not what the request holds"]`},
		{"E0750101 36 EEFFFF", "E0F503 0137 047F000001 020100 EE",
			`"cmd":"SOCKET_ACCEPT","code":117,"sock":54,"args":{"sock":54},"reply":{"fd":55,"ip":"127.0.0.1","port":1},"status":"ok"`},
		{"E03101027A7AEEFF", "EF00EE00",
			`"cmd":"0x31","code":49,"args":{"p0":{"len":2,"hex":"7a7a"}},"reply":{},"status":"error"|"findings":["unknown command"]`},
	} {
		head, findings, _ := strings.Cut(c.want, "|")
		want := `{"n":1,"t":0.000000000,` + head + `,"wait_us":90`
		if findings != "" {
			want += "," + findings
		}
		got := exchanges(t, 4, sent(c.request), read(c.reply))
		require.Equal(t, []string{want + "}"}, got)
		assert.True(t, json.Valid([]byte(got[0])))
	}
}

func TestJSONWithoutReplyOrRequest(t *testing.T) {
	assert.Equal(t, []string{
		`{"n":1,"t":0.000000000,"cmd":"GET_SOCKET","code":63,"args":{},"reply":{},"status":"no-reply"}`},
		exchanges(t, 0, sent("E03F00EE")))
	assert.Equal(t, []string{
		`{"n":1,"t":0.000000000,"cmd":"GET_SOCKET","code":63,"args":{},"reply":{"sock":0},"status":"malformed","findings":["reply without a request"]}`},
		exchanges(t, 0, read("E0BF010100EE")))
}

// A scan that breaks off shows what came, as an array all the same; one that
// fails shows nothing.
func TestJSONOfBrokenScans(t *testing.T) {
	reply := func(frame string) string { return exchanges(t, 0, sent("E02700EE"), read(frame))[0] }
	assert.Contains(t, reply("E0A70201610162"), `"reply":{"ssid":["a","b"]},"status":"malformed"`)
	assert.Contains(t, reply("E0A702"), `"reply":{},"status":"malformed"`)
	assert.Contains(t, reply("EF00EE00"), `"reply":{},"status":"error"`)
}

func TestJSONTimes(t *testing.T) {
	request, reply := sent("E02000EE"), read("E0A0010103EE")
	request.Time = 1726104971
	reply.Time = 1726104971 + 10*us + 181*us + 250
	got := exchanges(t, 0, request, reply)[0]
	assert.Contains(t, got, `"t":1.726104971,`)
	assert.Contains(t, got, `"wait_us":181.25}`)
}

// Payload is cut, hidden or whole, and its length always there.
func TestJSONPayload(t *testing.T) {
	send := func(payload int) string {
		return exchanges(t, payload, sent("E04402 000100 000568656C6C6F EEFFFF"), read("E0C401020500EE"))[0]
	}
	assert.Contains(t, send(0), `"data":{"len":5}`)
	assert.Contains(t, send(2), `"data":{"len":5,"hex":"6865"}`)
	assert.Contains(t, send(5), `"data":{"len":5,"hex":"68656c6c6f"}`)
	assert.Contains(t, send(100), `"data":{"len":5,"hex":"68656c6c6f"}`)
	assert.Contains(t, send(-1), `"data":{"len":5,"hex":"68656c6c6f"}`)
}

// Whatever bytes a name has, the line is JSON and says what encoding/json
// would.
func TestJSONStrings(t *testing.T) {
	for _, s := range []string{
		"", "plain", `"\/`, "\x00\x01\b\f\n\r\t\x1f\x7f", "\x80\xc3(", "\xff\xfe", "é\u0085\u2028\u2029\u202e",
		"\U0001F600", "\xed\xa0\x80", "a\xf0\x9f\x98", "<script>&",
	} {
		var back string
		line := appendString(nil, s)
		require.NoError(t, json.Unmarshal(line, &back), "%q", line)
		assert.Equal(t, strings.ToValidUTF8(s, "\ufffd"), collapse(back), "%q", s)
		for _, r := range string(line) {
			assert.False(t, r < 0x20 || r >= 0x7F && r < 0xA0, "%q", line)
		}
	}
}

// collapse makes runs of U+FFFD one, as strings.ToValidUTF8 does.
func collapse(s string) string {
	for strings.Contains(s, "\ufffd\ufffd") {
		s = strings.ReplaceAll(s, "\ufffd\ufffd", "\ufffd")
	}
	return s
}

func TestJSONFloats(t *testing.T) {
	for _, f := range []float32{0, -1.5, 1e30, math.SmallestNonzeroFloat32, math.MaxFloat32} {
		var back float32
		require.NoError(t, json.Unmarshal(appendFloat(nil, f), &back))
		assert.Equal(t, f, back)
	}
	assert.Equal(t, "null", string(appendFloat(nil, float32(math.NaN()))))
	assert.Equal(t, "null", string(appendFloat(nil, float32(math.Inf(-1)))))
}

// The line is what encoding/json makes of the same facts.
func TestJSONEqualsTheExchange(t *testing.T) {
	type line struct {
		N        int            `json:"n"`
		T        json.Number    `json:"t"`
		Cmd      string         `json:"cmd"`
		Code     int            `json:"code"`
		Sock     *int           `json:"sock"`
		Args     map[string]any `json:"args"`
		Reply    map[string]any `json:"reply"`
		Status   string         `json:"status"`
		Wait     json.Number    `json:"wait_us"`
		Findings []string       `json:"findings"`
	}
	for _, name := range recordings(t) {
		file, _ := recording(t, name)
		each(t, file, func(ev *Event) {
			ex := &ev.Exchange
			text := AppendJSON(nil, ex, -1)
			var got line
			dec := json.NewDecoder(strings.NewReader(string(text)))
			dec.DisallowUnknownFields()
			require.NoError(t, dec.Decode(&got), "%s", text)
			assert.Equal(t, ex.N, got.N)
			assert.Equal(t, fmt.Sprintf("%d.%09d", ex.Time/time.Second, ex.Time%time.Second), got.T.String())
			assert.Equal(t, ex.Name(), got.Cmd)
			assert.EqualValues(t, ex.Cmd, got.Code)
			assert.Equal(t, ex.Status.String(), got.Status)
			wait, err := got.Wait.Float64()
			require.NoError(t, err)
			assert.InDelta(t, float64(ex.Wait)/1000, wait, 1e-6)
			assert.Equal(t, ex.Findings, got.Findings)
			assert.Len(t, got.Args, len(ex.Args))
			if got.Sock != nil {
				assert.EqualValues(t, *got.Sock, got.Args["sock"])
			} else {
				assert.NotContains(t, got.Args, "sock")
			}
			if list, ok := got.Reply["ssid"].([]any); ok {
				assert.Len(t, list, len(ex.Results))
			} else {
				assert.Len(t, got.Reply, len(ex.Results))
			}
		})
	}
}

// Making the line allocates nothing.
func TestJSONAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 8192)
	each(t, trace(t, sent("E04402 000100 000568656C6C6F EEFFFF"), read("E0C401020500EE")), func(ev *Event) {
		assert.Zero(t, testing.AllocsPerRun(100, func() { buf = AppendJSON(buf[:0], &ev.Exchange, 64) }))
	})
}
