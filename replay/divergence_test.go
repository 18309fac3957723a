package replay

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A script changes a recording.
type script struct {
	t   *testing.T
	all []capture.Record
}

// find returns the index of the first record that is.
func (s *script) find(is func(rec *capture.Record) bool) int {
	s.t.Helper()
	i := slices.IndexFunc(s.all, func(rec capture.Record) bool { return is(&rec) })
	require.GreaterOrEqual(s.t, i, 0, "no such record")
	return i
}

// request returns the index of the first request of a command.
func (s *script) request(c wire.Command) int {
	s.t.Helper()
	return s.find(func(rec *capture.Record) bool {
		return rec.Kind == capture.KindWindow && !rec.Window.Reads() && rec.Window.MOSI[1] == byte(c)
	})
}

// reply returns the index of the reply to it.
func (s *script) reply(c wire.Command) int {
	s.t.Helper()
	i := s.request(c) + 1
	for s.all[i].Kind != capture.KindWindow {
		i++
	}
	return i
}

// call returns the record of the first begin or end of an op.
func (s *script) call(k capture.Kind, op bus.Op) *capture.Record {
	s.t.Helper()
	return &s.all[s.find(func(rec *capture.Record) bool { return rec.Kind == k && rec.Call.Op == op })]
}

// remove takes n records out.
func (s *script) remove(i, n int) { s.all = slices.Delete(s.all, i, i+n) }

const inConnect = "call   Connect(sockfd=0, host=\"\", ip=127.0.0.1:"

// reports are changes of a recording and what must be in the report of each.
var reports = map[string]struct {
	change func(s *script)
	want   []string
}{
	"a byte of a request": {
		func(s *script) { s.all[s.request(wire.StartClientTCP)].Window.MOSI[6]++ },
		[]string{"the driver sends another byte, byte 6: want 01, got 00", "exchange 6, at 0.", inConnect,
			"want   START_CLIENT_TCP  ip=127.0.1.1", "E0 2D 04 04 7F 00 [01] 01", "got    START_CLIENT_TCP  ip=127.0.0.1", "E0 2D 04 04 7F 00 [00] 01"},
	},
	"a shorter request": {
		func(s *script) {
			w := &s.all[s.request(wire.SendDataTCP)].Window
			w.MOSI, w.MISO = w.MOSI[:8], w.MISO[:8]
		},
		[]string{"byte 8: want no more, got 00", "call   Send(sockfd=0", "want   SEND_DATA_TCP", "frame ends too early", "[end]", "[00]"},
	},
	"a longer request": {
		func(s *script) {
			w := &s.all[s.request(wire.SendDataTCP)].Window
			w.MOSI, w.MISO = append(w.MOSI, 0xFF, 0xFF, 0xFF, 0xFF), append(w.MISO, 0, 0, 0, 0)
		},
		[]string{"the driver stops clocking early, byte 12: want FF, got no more", "wrong padding", "[end]"},
	},
	"a missing exchange": {
		func(s *script) { s.remove(s.request(wire.GetSocket), 2) },
		[]string{"the driver sends another byte, byte 1: want 2D, got 3F", "exchange 5,", inConnect, "want   START_CLIENT_TCP", "got    GET_SOCKET", "E0 [3F] 00 EE"},
	},
	"an extra exchange": {
		func(s *script) {
			i := s.request(wire.GetSocket)
			s.all = slices.Insert(s.all, i, s.all[i], s.all[i+1])
		},
		[]string{"byte 1: want 3F, got 2D", "exchange 6,", inConnect, "want   GET_SOCKET", "got    START_CLIENT_TCP"},
	},
	"an exchange missing at the end of a call": {
		func(s *script) { s.remove(s.request(wire.StopClientTCP), 2) },
		[]string{"the driver sends what is not in the recording", "call   Close(sockfd=0)", "want   the end of the recording", "got    STOP_CLIENT_TCP  sock=0"},
	},
	"an exchange too many at the end of a call": {
		func(s *script) {
			i := s.request(wire.StopClientTCP)
			s.all = slices.Insert(s.all, i+2, s.all[i], s.all[i+1])
		},
		[]string{"the call returns before it has done all that was recorded", "call   Close(sockfd=0)", "want   STOP_CLIENT_TCP  sock=0", "got    Close → ok"},
	},
	"an argument of a call": {
		func(s *script) { s.call(capture.KindBegin, bus.OpConnect).Call.Sock = 3 },
		[]string{"the call returns before it has done all that was recorded", "call   Connect(sockfd=3,", "want   GET_SOCKET", "got    Connect → error: Connect: Invalid socket fd"},
	},
	"the value a call returned": {
		func(s *script) { s.call(capture.KindEnd, bus.OpSocket).Result.N = 7 },
		[]string{"the call returns something else", "call   Socket(domain=2, stype=1, protocol=6)", "want   Socket → sockfd=7", "got    Socket → sockfd=0"},
	},
	"the error a call returned": {
		func(s *script) { s.call(capture.KindEnd, bus.OpConnect).Result.Err = "Connect: no luck" },
		[]string{"the call returns something else", inConnect, "want   Connect → error: Connect: no luck", "got    Connect → ok"},
	},
	"the data a call returned": {
		func(s *script) { s.call(capture.KindEnd, bus.OpRecv).Result.DataSum++ },
		[]string{"the call returns something else", "call   Recv(sockfd=0", "want   Recv → n=3", "got    Recv → n=3 data=3 bytes, with other data"},
	},
	"the data a call sent": {
		func(s *script) { s.call(capture.KindBegin, bus.OpSend).Call.DataSum++ },
		[]string{"the call is not in the recording", "want   Send(sockfd=0, buf=3 bytes", "got    Send(sockfd=0, buf=3 bytes, flags=0, deadline=none), with other data"},
	},
	"a missing call": {
		func(s *script) {
			id := s.call(capture.KindBegin, bus.OpSocket).ID
			s.all = slices.DeleteFunc(s.all, func(rec capture.Record) bool { return rec.ID == id })
		},
		[]string{"Connect: Invalid socket fd", inConnect, "want   GET_SOCKET"},
	},
	"an extra call": {
		func(s *script) {
			i := s.find(func(rec *capture.Record) bool { return rec.Kind == capture.KindBegin && rec.Call.Op == bus.OpConnect })
			extra := []capture.Record{{Kind: capture.KindBegin, ID: 99}, {Kind: capture.KindEnd, ID: 99}}
			extra[0].Call.Op, extra[1].Call.Op = bus.OpClose, bus.OpClose
			extra[0].Time, extra[1].Time = s.all[i].Time, s.all[i].Time
			s.all = slices.Insert(s.all, i, extra...)
		},
		[]string{"Connect: Invalid socket fd"},
	},
	"a reset line that is not driven": {
		func(s *script) {
			s.remove(s.find(func(rec *capture.Record) bool { return rec.Kind == capture.KindPin && rec.Pin == capture.PinReset }), 1)
		},
		[]string{"the driver asserts RESETN", "exchange 0,", "call   NetConnect(ssid=\"ninatrace\", passphrase=9 bytes withheld", "want   RESETN high"},
	},
	"another level of a line": {
		func(s *script) {
			rec := &s.all[s.find(func(rec *capture.Record) bool { return rec.Kind == capture.KindPin && rec.Pin == capture.PinStrap })]
			rec.High = false
		},
		[]string{"the driver drives GPIO0 high", "want   GPIO0 (host) low"},
	},
	"a reply that leads elsewhere": {
		func(s *script) { s.all[s.reply(wire.GetSocket)].Window.MISO[4] = 99 },
		[]string{"the call returns before it has done all that was recorded", inConnect, "want   START_CLIENT_TCP", "makes no sense"},
	},
	"a reply that makes the driver tidy up": {
		func(s *script) { s.all[s.reply(wire.GetSocket)].Window.MISO[4] = wire.NoSlot },
		[]string{"the driver sends another byte", inConnect, "want   START_CLIENT_TCP", "got    STOP_CLIENT_TCP"},
	},
	"a reply that is no frame": {
		func(s *script) { s.all[s.reply(wire.GetSocket)].Window.MISO[0] = 0 },
		[]string{inConnect},
	},
	"a reply of another size": {
		func(s *script) {
			w := &s.all[s.reply(wire.GetSocket)].Window
			w.MOSI, w.MISO = w.MOSI[:4], w.MISO[:4]
		},
		[]string{"the driver reads more of the reply", "want   the reading of 4 bytes", inConnect},
	},
	"a reply that is read further": {
		func(s *script) {
			w := &s.all[s.reply(wire.GetSocket)].Window
			w.MOSI, w.MISO = append(w.MOSI, 0xFF), append(w.MISO, 0)
		},
		[]string{"the driver stops clocking early", "want   the reading of 7 bytes", "got    the reading of 6 bytes"},
	},
	"a leftover": {
		func(s *script) {
			s.all = append(s.all, capture.Record{Kind: capture.KindPin, Pin: capture.PinReset, Time: time.Hour})
		},
		[]string{"nobody does what the recording has next", "at 3600.000000 s", "want   RESETN low"},
	},
}

// Each kind of divergence says where it is, in which call, and what was wanted
// and what came.
func TestReports(t *testing.T) {
	file := record(t, echoes(t, echoServer(t), "one"))
	for name, c := range reports {
		t.Run(name, func(t *testing.T) {
			s := &script{t: t, all: records(t, file)}
			c.change(s)
			r := replayed(t, sealed(t, s.all))
			require.Nil(t, r.Damage)
			require.NotNil(t, r.Divergence)
			got := r.Divergence.Report() + r.Divergence.Error()
			for _, want := range c.want {
				assert.Contains(t, got, want)
			}
			assert.Contains(t, got, "frame at byte ")
		})
	}
}
