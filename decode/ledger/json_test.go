package ledger

import (
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/internal/jsondoc"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// root is the way to the root of the module.
const root = "../.."

func TestConversationInJSON(t *testing.T) {
	at := Moment{Exchange: 7, Time: 1500 * time.Millisecond, Call: 3, Op: bus.OpConnect}
	c := &Conversation{ID: 2, Kind: Accepted, Engine: Descriptor, Sock: 55, Listener: 1, Local: 80,
		Addr: netip.MustParseAddr("192.168.1.50"), Port: 51234, Host: "a\u0080b", ManyPeers: true, Opening: NotSeen, Opened: at,
		Sent: 5, Received: 6, SentDatagrams: 1, ReceivedDatagrams: 2, Gaps: 1, Cause: ByPeer, Ended: at,
		Closed: Moment{Exchange: 8, Time: 2 * time.Second}, Leaked: true, LivesOn: true}
	assert.Equal(t, jsondoc.Keys(t, root, "sockets --json"), jsondoc.KeysOf(t, c))
	assert.Equal(t, jsondoc.Keys(t, root, "Moments"), jsondoc.KeysOf(t, at.json()))
	text, err := json.Marshal(c)
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":2,"kind":"accepted","engine":"fd","sock":55,"listener":1,"local_port":80,"peer":"192.168.1.50",
		"peer_port":51234,"host":"a\u0080b","many_peers":true,"opening":"not seen",
		"opened":{"exchange":7,"t":1.5,"call":3,"op":"Connect"},"sent":5,"received":6,"sent_datagrams":1,"received_datagrams":2,
		"gaps":1,"cause":"peer","ended":{"exchange":7,"t":1.5,"call":3,"op":"Connect"},"closed":{"exchange":8,"t":2},
		"lasted":0.5,"leaked":true,"lives_on":true}`, string(text))
	assert.Contains(t, string(text), `"t":1.500000000`, "exact to the nanosecond")
}

func TestCallInJSON(t *testing.T) {
	c := &DriverCall{ID: 4, Op: bus.OpSendTo, Begun: true, Done: true, Begin: time.Second, End: 3 * time.Second, Exchanges: 2, First: 8, Last: 9}
	c.Call.Sock, c.Call.DataLen, c.Call.Addr, c.Call.Wait = 1, 48, netip.MustParseAddrPort("192.168.1.50:53"), time.Second
	c.Result.N = 48
	keys := jsondoc.KeysOf(t, c)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":4,"op":"SendTo","t":1,"lasted":2,"exchanges":2,"first":8,"last":9,
		"args":{"sockfd":1,"buf":{"len":48},"flags":0,"to":{"ip":"192.168.1.50","port":53},"deadline":1},"done":true,"result":{"n":48}}`, string(text))

	c.Result = capture.Result{Err: "EOF"}
	text, err = json.Marshal(c)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"done":true,"error":"EOF"}`)
	assert.ElementsMatch(t, jsondoc.Keys(t, root, "calls --json"), append(keys, "error"))

	text, err = json.Marshal(&DriverCall{ID: 5, Op: bus.OpClose, Begun: true})
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":5,"op":"Close","t":0,"exchanges":0,"args":{"sockfd":0},"done":false}`, string(text))
}
