package layer_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/pcapgo"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/export/pcapng"
	"github.com/ninatrace/ninatrace/export/pcapng/layer"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// exported exports a trace of the corpus.
func exported(t testing.TB, name string) *bytes.Buffer {
	t.Helper()
	trace, err := os.Open("../../../traces/" + name + ".nina")
	require.NoError(t, err)
	defer trace.Close()
	var file bytes.Buffer
	_, err = pcapng.Export(&file, decode.NewDecoder(trace), pcapng.Options{})
	require.NoError(t, err)
	return &file
}

// packets returns the packets of a file.
func packets(t testing.TB, file io.Reader) (list []gopacket.Packet) {
	t.Helper()
	r, err := pcapgo.NewNgReader(file, pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	for {
		data, info, err := r.ReadPacketData()
		if err == io.EOF {
			return list
		}
		require.NoError(t, err)
		p := gopacket.NewPacket(data, layer.LayerTypeWiFiNINA, gopacket.Default)
		p.Metadata().CaptureInfo = info
		list = append(list, p)
	}
}

// What the layers say is what the decoder says of the same trace.
func TestLayersOfATrace(t *testing.T) {
	for _, name := range []string{"http-get", "http-get-1.4.8", "tcp-echo-server-3.3.0", "arduino-2.1.0-storage"} {
		t.Run(name, func(t *testing.T) {
			list := packets(t, exported(t, name))
			trace, err := os.Open("../../../traces/" + name + ".nina")
			require.NoError(t, err)
			defer trace.Close()
			dec := decode.NewDecoder(trace)
			var l layer.WiFiNINA // the way of DecodingLayerParser
			none := []wire.Value{}
			var ev decode.Event
			for dec.Next(&ev) == nil {
				ex := &ev.Exchange
				if ex.N == 0 {
					continue
				}
				for i, dir := range []pcapng.Direction{pcapng.Request, pcapng.Reply} {
					p := list[0]
					list = list[1:]
					require.Nil(t, p.ErrorLayer())
					require.NoError(t, l.DecodeFromBytes(p.Data(), gopacket.NilDecodeFeedback))
					got := p.Layer(layer.LayerTypeWiFiNINA).(*layer.WiFiNINA)
					assert.Equal(t, dir, got.Direction)
					assert.Equal(t, ex.N, int(got.Exchange))
					assert.Equal(t, ex.Name(), l.Name())
					if i == 0 {
						assert.Equal(t, append(none, ex.Args...), append(none, got.Values...))
						assert.Equal(t, ex.Request.Message, l.Message)
					} else {
						assert.Equal(t, append(none, ex.Results...), append(none, l.Values...))
						assert.Equal(t, ex.Reply.Message, l.Message)
						assert.Equal(t, ex.Wait.Truncate(time.Microsecond), got.Wait)
					}
				}
			}
			assert.Empty(t, list)
		})
	}
}

func TestPayloadIsTheNextLayer(t *testing.T) {
	var sent []string
	for _, p := range packets(t, exported(t, "http-get-1.4.8")) {
		if app := p.ApplicationLayer(); app != nil {
			sent = append(sent, string(app.Payload()[:8]))
		}
	}
	assert.Equal(t, []string{"GET /hel", "HTTP/1.0"}, sent)
}

func TestWhatIsNoPacketIsAnErrorLayer(t *testing.T) {
	for _, data := range []string{"", "short", "\x02\x00\x00\x0012345678901234", "\x01\x02\x00\x0012345678901234"} {
		p := gopacket.NewPacket([]byte(data), layer.LayerTypeWiFiNINA, gopacket.Default)
		if len(data) > 0 {
			assert.NotNil(t, p.ErrorLayer(), "%q", data)
		}
		assert.Nil(t, p.Layer(layer.LayerTypeWiFiNINA), "%q", data)
	}
}

func FuzzDecodeFromBytes(f *testing.F) {
	for _, p := range packets(f, exported(f, "http-get-1.4.8")) {
		f.Add(p.Data())
	}
	var l layer.WiFiNINA
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := l.DecodeFromBytes(data, gopacket.NilDecodeFeedback); err != nil {
			require.IsType(t, pcapng.Error(""), err)
			return
		}
		require.Len(t, l.Frame, len(data)-pcapng.HeaderLen)
		require.Equal(t, l.Command == 0, l.Name() == "")
	})
}

func Example() {
	file, err := os.Open("../../../traces/http-get-1.4.8.nina")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	var capture bytes.Buffer // as ninatrace export --to pcapng writes it
	if _, err := pcapng.Export(&capture, decode.NewDecoder(file), pcapng.Options{}); err != nil {
		panic(err)
	}

	r, err := pcapgo.NewNgReader(&capture, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		panic(err)
	}
	for p := range gopacket.NewPacketSource(r, layer.LayerTypeWiFiNINA).Packets() {
		nina, ok := p.Layer(layer.LayerTypeWiFiNINA).(*layer.WiFiNINA)
		if ok && len(nina.Payload) > 0 {
			fmt.Printf("%d %s %.24q\n", nina.Exchange, nina.Name(), nina.Payload)
		}
	}
	// Output:
	// 9 SEND_DATA_TCP "GET /hello.txt HTTP/1.0\r"
	// 12 GET_DATABUF_TCP "HTTP/1.0 200 OK\r\nContent"
}
