package decode

import (
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// The numbers of some driver calls, which are part of the trace format.
const (
	opNetConnect = 1
	opSocket     = 6
	opConnect    = 8
	opAccept     = 10
	opSend       = 11
	opRecv       = 12
	opSetSockOpt = 14
)

func TestTextOfAnExchange(t *testing.T) {
	request, reply := sent("E03A010100EEFFFF"), read("E0BA02047F000001025259EE")
	request.Time = 1726104971
	reply.Time = request.Time + 10*us + 181*us
	each(t, trace(t, request, reply), func(ev *Event) {
		ev.Exchange.N = 12
		assert.Equal(t, "   12    1.726104971   181µs  GET_REMOTE_DATA       sock=0 → ip=127.0.0.1 port=21081\n",
			string(AppendText(nil, ev, TextOptions{})))
		assert.Equal(t, "\x1b[2m   12    1.726104971\x1b[0m   181µs  \x1b[36mGET_REMOTE_DATA\x1b[0m       sock=0 → ip=127.0.0.1 port=21081\n",
			string(AppendText(nil, ev, TextOptions{Color: true})))
	})
}

func TestTextOfOutcomes(t *testing.T) {
	for _, c := range []struct{ request, reply, want string }{
		{"E02000EE", "E0A0010103EE", "90µs  GET_CONN_STATUS → status=3(CONNECTED)"},
		{"E02000EE", "E0A0010137EE", "90µs  GET_CONN_STATUS → status=55"},
		{"E02000EE", "EF00EE00", "90µs  GET_CONN_STATUS → error reply"},
		{"E02000EE", "E0A00101", "90µs  GET_CONN_STATUS → malformed <e0a00101>  ! cut reply"},
		{"E02000EE", "", "GET_CONN_STATUS → no reply"},
		{"", "E0A0010103EE", "GET_CONN_STATUS → malformed status=3(CONNECTED)  ! reply without a request"},
		{"E12000EE", "EF00EE00", "90µs  GET_CONN_STATUS → malformed <e12000ee>  ! request: no start byte"},
		{"E062030400000000040000000004 2F66732F EEFF", "EF00EE00", `90µs  DELETE_FILE           offset=0 len=0 filename="/fs/" → error reply, as always`},
		{"E02D04 047F000001 025259 0100 0102 EE", "E0AD00EE", "90µs  START_CLIENT_TCP      ip=127.0.0.1 port=21081 sock=0 mode=2(TLS) → failed"},
		{"E02700EE", "E0A700EE", "90µs  SCAN_NETWORKS → ssid=[]"},
		{"E03F00EE", "E0BF0101FFEE", "90µs  GET_SOCKET → sock=255(none)"},
		{"E01B00EE", "E09B0104EC515542EE", "90µs  GET_TEMPERATURE → temperature=53.33"},
		{"E03101027A7AEEFF", "EF00EE00", `90µs  0x31                  p0=2 bytes "zz" → error reply  ! unknown command`},
		{"E04602 000100 0004E3000601 EEFFFFFF", "E0C6010101EE", "90µs  INSERT_DATABUF        sock=0 data=4 bytes e30006… → status=1"},
		{"E04602 000100 000768656C6C6F0D0A EE", "E0C6010101EE", `90µs  INSERT_DATABUF        sock=0 data=7 bytes "hel"… → status=1`},
		{"E037 00EE", "E0B70106332E332E3000EE", `90µs  GET_FW_VERSION → version="3.3.0"`},
	} {
		var recs []capture.Record
		for _, r := range []struct {
			frame string
			make  func(string) capture.Record
		}{{c.request, sent}, {c.reply, read}} {
			if r.frame != "" {
				recs = append(recs, r.make(r.frame))
			}
		}
		assert.Equal(t, []string{c.want}, lines(t, TextOptions{Payload: 3}, recs...))
	}
}

// From 2.0.0 on Adafruit's firmware answers with ESP-IDF's authentication
// modes where others answer with kinds of encryption.
func TestTextOfEncryption(t *testing.T) {
	ask := []capture.Record{sent("E033010100EEFFFF"), read("E0B3010103EE")}
	got := lines(t, TextOptions{}, append(append(append([]capture.Record(nil), ask...),
		sent("E03700EE"), read("E0B70106332E332E3000EE")), ask...)...)
	assert.Equal(t, "90µs  GET_IDX_ENCT          index=0 → encryption=3", got[0])
	assert.Equal(t, "90µs  GET_IDX_ENCT          index=0 → encryption=3(WPA2)", got[2])
}

func TestTextHidesPayload(t *testing.T) {
	assert.Equal(t, []string{"90µs  SEND_DATA_TCP         sock=0 data=1 byte → count=1"},
		lines(t, TextOptions{}, sent("E04402 000100 000168 EEFFFF"), read("E0C401020100EE")))
}

func TestTextOfMaskedSecrets(t *testing.T) {
	join := window(unhex("E01102 04686F6D65 08 2A2A2A2A2A2A2A2A EEFFFF"), make([]byte, 20))
	join.Window.Masks = []capture.Span{{Off: 9, Len: 8}}
	assert.Equal(t, []string{`90µs  SET_PASSPHRASE        ssid="home" passphrase=8 bytes withheld → status=1`},
		lines(t, TextOptions{Payload: -1}, join, read("E091010101EE")))
}

func begin(fill func(*capture.Call)) capture.Record {
	rec := capture.Record{Kind: capture.KindBegin, ID: 1}
	fill(&rec.Call)
	return rec
}

func end(fill func(*capture.Record)) capture.Record {
	rec := capture.Record{Kind: capture.KindEnd, ID: 1}
	fill(&rec)
	return rec
}

// Every kind of argument and result of a driver call is shown under its name.
func TestTextOfCalls(t *testing.T) {
	peer := netip.MustParseAddrPort("192.168.1.10:80")
	got := lines(t, TextOptions{},
		begin(func(c *capture.Call) { c.Op, c.Sock, c.Addr = opConnect, 3, peer }),
		end(func(r *capture.Record) { r.Call.Op = opConnect }),
		begin(func(c *capture.Call) {
			c.Op, c.Text, c.SecretLen, c.Hostname = opNetConnect, "home", 8, "me"
			c.Int = [5]int64{1, 2, 3, 4, 5}
		}),
		end(func(r *capture.Record) { r.Call.Op, r.Result.Err = opNetConnect, "no such\x1b[2J network" }),
		begin(func(c *capture.Call) { c.Op, c.Int = opSocket, [5]int64{2, 1, 6} }),
		end(func(r *capture.Record) { r.Call.Op, r.Result.N = opSocket, 3 }),
		begin(func(c *capture.Call) { c.Op, c.Sock, c.DataLen, c.Wait = opSend, 3, 44, 250*us }),
		end(func(r *capture.Record) { r.Call.Op, r.Result.N = opSend, 44 }),
		begin(func(c *capture.Call) { c.Op, c.Sock, c.Size = opRecv, 3, 1500 }),
		end(func(r *capture.Record) { r.Call.Op, r.Result.N, r.Result.DataLen = opRecv, 2, 2 }),
		begin(func(c *capture.Call) { c.Op, c.Sock = opAccept, 3 }),
		end(func(r *capture.Record) { r.Call.Op, r.Result.N, r.Result.Addr = opAccept, 4, peer }),
		begin(func(c *capture.Call) { c.Op, c.Sock, c.Int = opSetSockOpt, 3, [5]int64{1, 9, -1} }),
	)
	assert.Equal(t, []string{
		`── Connect(sockfd=3, host="", ip=192.168.1.10:80)`,
		`── Connect → ok`,
		`── NetConnect(ssid="home", passphrase=8 bytes withheld, mode=1, auth=2, retries=3, timeout_ns=4, watchdog_ns=5, hostname="me")`,
		`── NetConnect → error: no such\x1b[2J network`,
		`── Socket(domain=2, stype=1, protocol=6)`,
		`── Socket → sockfd=3`,
		`── Send(sockfd=3, buf=44 bytes, flags=0, deadline=+250µs)`,
		`── Send → n=44`,
		`── Recv(sockfd=3, size=1500, flags=0, deadline=none)`,
		`── Recv → n=2 data=2 bytes`,
		`── Accept(sockfd=3)`,
		`── Accept → sockfd=4 peer=192.168.1.10:80`,
		`── SetSockOpt(sockfd=3, level=1, opt=9, value=-1)`,
	}, got)
}

func TestTextOfRecords(t *testing.T) {
	for _, c := range []struct {
		rec  capture.Record
		want string
	}{
		{capture.Record{Kind: capture.KindStart, Wall: time.Unix(1700000000, 5000), Labels: []capture.Label{{Key: "board", Value: "pyportal\x07"}}},
			`══ recording starts 2023-11-14T22:13:20.000005Z board="pyportal\a"`},
		{pin(capture.PinReset, false), "══ RESETN low, the coprocessor is in reset"},
		{pin(capture.PinReset, true), "══ RESETN high, the coprocessor boots"},
		{pin(capture.PinGPIO0, true), "·· GPIO0 high"},
		{pin(capture.PinReady, false), "·· READY low"},
		{pin(capture.PinFloat, false), "·· GPIO0 (released)"},
		{capture.Record{Kind: capture.KindWait, Window: capture.Window{Wait: 12300 * us, Status: capture.WaitTimedOut}}, "·· READY is still not low after 12.3ms"},
		{capture.Record{Kind: capture.KindWait, High: true, Window: capture.Window{Wait: 20 * us}}, "·· no select although READY went high after 20µs"},
		{window(nil, nil), "·· zero-clock select"},
		{dirty(read("0103EE"), capture.Incomplete), "·· a part of a window <ffffff> <0103ee>; incomplete window"},
		{capture.Record{Kind: capture.KindNote, Text: []byte("a remark\u202e\xff")}, `## a remark\u{202e}\xff`},
		{capture.Record{Kind: capture.KindLoss, Loss: capture.Loss{Records: 7}}, "!! 7 records dropped by the recorder"},
	} {
		ev := Event{Record: c.rec}
		text := string(AppendText(nil, &ev, TextOptions{}))
		assert.Equal(t, c.want, strings.TrimSpace(text[numberWidth+timeWidth+4:]))
	}
	ev := Event{Record: capture.Record{Kind: capture.KindLoss, Loss: capture.Loss{Frames: 2, Bytes: 3, Joined: true, Cut: true}}}
	assert.Contains(t, string(AppendText(nil, &ev, TextOptions{})),
		"!! 2 frames lost 3 bytes damaged begins inside a recording ends inside a frame")
}

func TestTextOfConsole(t *testing.T) {
	ev := Event{Record: capture.Record{Kind: capture.KindText, Text: []byte("hello\r\n\x1b[31mred\r\n")}}
	assert.Equal(t, "         0.000000000          │ hello\n         0.000000000          │ \\x1b[31mred\n",
		string(AppendText(nil, &ev, TextOptions{})))
}

// No byte of a trace reaches a terminal as anything but a printable character.
func TestTextIsHarmless(t *testing.T) {
	evil := "a\x1b]0;owned\x07\x9b31m\u009b31m\u2028\u202e\r\n\x00\xff\x7fz"
	hostile := []byte(evil)
	host := append([]byte{0xE0, 0x34, 1, byte(len(evil))}, append(hostile, 0xEE)...)
	send := append([]byte{0xE0, 0x44, 2, 0, 1, 0, 0, byte(len(evil))}, append([]byte(evil), 0xEE)...)
	scan := append([]byte{0xE0, 0xA7, 1, byte(len(evil))}, append([]byte(evil), 0xEE)...)
	n := 0
	check := func(ev *Event) {
		for _, r := range []TextOptions{{}, {Payload: 1 << 20}, {Payload: -1}} {
			text := string(AppendText(nil, ev, r))
			require.True(t, utf8.ValidString(text))
			for _, c := range text {
				require.True(t, c == '\n' || unicode.IsPrint(c), "%q", text)
			}
			n++
		}
	}
	each(t, trace(t, window(host, make([]byte, len(host))), read("E0B4010101EE"),
		window(send, make([]byte, len(send))), read("E0C401020500EE"),
		sent("E02700EE"), window(make([]byte, len(scan)), scan)), check)
	for _, rec := range []capture.Record{
		{Kind: capture.KindText, Text: hostile}, {Kind: capture.KindNote, Text: hostile},
		{Kind: capture.KindStart, Labels: []capture.Label{{Key: evil, Value: evil}}},
		begin(func(c *capture.Call) { c.Op, c.Text = opConnect, evil }),
		end(func(r *capture.Record) { r.Call.Op, r.Result.Err = opConnect, evil }),
	} {
		check(&Event{Record: rec})
	}
	assert.Equal(t, 3*(3+5), n)
}

// A span takes at most six columns up to a quarter of an hour.
func TestSpans(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0ns", 999: "999ns", 1000: "1µs", 9999 * us: "9999µs", 10000 * us: "10.0ms",
		99949 * us: "99.9ms", 1636 * time.Millisecond: "1636ms", 10 * time.Second: "10.0s", 15 * time.Minute: "900.0s",
	} {
		p := printer{}
		p.span(d)
		assert.Equal(t, want, string(p.dst))
		assert.LessOrEqual(t, utf8.RuneCount(p.dst), waitWidth)
	}
}
