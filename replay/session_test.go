package replay

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// driver is the driver under replay.
func driver(b bus.Bus, c bus.Clock) netdev.Device {
	return wifinina.New(&wifinina.Config{Bus: b, Clock: c})
}

// record runs a program on an emulator and returns the trace of it.
func record(t testing.TB, program func(dev netdev.Device)) []byte {
	t.Helper()
	return recordOn(t, func(r *capture.Recorder) bus.Bus { return r }, program)
}

// recordOn is record with something between driver and recorder.
func recordOn(t testing.TB, between func(r *capture.Recorder) bus.Bus, program func(dev netdev.Device)) []byte {
	t.Helper()
	e := emulator.New(emulator.Config{Profile: emulator.Arduino148()}) // sockets by slots
	defer e.Close()
	var out bytes.Buffer
	rec, err := capture.NewRecorder(e, &out, wire.SecretSpans, capture.Config{})
	require.NoError(t, err)
	program(wifinina.New(&wifinina.Config{Bus: between(rec), BootTime: 5 * time.Millisecond}))
	require.NoError(t, rec.Close())
	return out.Bytes()
}

// load returns a trace of bytes.
func load(t testing.TB, file []byte) *Trace {
	t.Helper()
	trace, err := Load("test.nina", bytes.NewReader(file))
	require.NoError(t, err)
	return trace
}

// replayed replays a trace in a bubble: it is stuck as soon as everybody waits,
// on the slowest of machines.
func replayed(t *testing.T, file []byte) (r *Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { r = load(t, file).Replay(driver) })
	return r
}

// requireOK fails the test if a replay went wrong.
func requireOK(t testing.TB, r *Report) {
	t.Helper()
	if r.Damage != nil {
		require.Fail(t, r.Damage.Error())
	}
	if r.Divergence != nil {
		require.Fail(t, r.Divergence.Report())
	}
	require.True(t, r.OK())
}

// records returns the records of a trace.
func records(t testing.TB, file []byte) []capture.Record {
	t.Helper()
	var all []capture.Record
	r := capture.NewReader(bytes.NewReader(file))
	for {
		var rec capture.Record
		err := r.Next(&rec)
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		w := &rec.Window
		w.MOSI, w.MISO, w.Masks = slices.Clone(w.MOSI), slices.Clone(w.MISO), slices.Clone(w.Masks)
		all = append(all, rec)
	}
}

// sealed returns a trace of records.
func sealed(t testing.TB, recs []capture.Record) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := capture.NewWriter(&out, time.Nanosecond)
	require.NoError(t, err)
	for i := range recs {
		require.NoError(t, w.Write(&recs[i]))
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// join joins the emulator's access point.
func join(t testing.TB, dev netdev.Device) {
	t.Helper()
	require.NoError(t, dev.NetConnect(&netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "ninatrace", Retries: 1}))
}

// dial returns a stream connected to a server.
func dial(t testing.TB, dev netdev.Device, to netip.AddrPort) int {
	t.Helper()
	fd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	require.NoError(t, err)
	require.NoError(t, dev.Connect(fd, "", to))
	return fd
}

// echoServer returns the address of a server that sends back what it gets.
func echoServer(t testing.TB) netip.AddrPort {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c)
			}()
		}
	}()
	return netip.MustParseAddrPort(l.Addr().String())
}

// echoes is a program: it sends words to a server and reads them back, with a
// timeout at the end.
func echoes(t testing.TB, to netip.AddrPort, words ...string) func(dev netdev.Device) {
	return func(dev netdev.Device) {
		join(t, dev)
		fd := dial(t, dev, to)
		buf := make([]byte, 100)
		for _, w := range words {
			_, err := dev.Send(fd, []byte(w), 0, time.Time{})
			require.NoError(t, err)
			n, err := dev.Recv(fd, buf, 0, time.Now().Add(10*time.Second))
			require.NoError(t, err)
			assert.Equal(t, w, string(buf[:n]))
		}
		_, err := dev.Recv(fd, buf, 0, time.Now().Add(20*time.Millisecond))
		require.ErrorIs(t, err, netdev.ErrTimeout)
		require.NoError(t, dev.Close(fd))
	}
}
