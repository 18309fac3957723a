package replay

import (
	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// payloads puts together what each recorded call sent. A trace keeps of a
// payload only its length and sum; the bytes are in the requests that carried
// them. What was never sent, because the call failed, is zeros.
func (t *Trace) payloads() map[bus.CallID][]byte {
	sent := map[bus.CallID][]byte{}
	at := map[bus.CallID]int{}
	for i := range t.records {
		rec := &t.records[i]
		switch rec.Kind {
		case capture.KindBegin:
			if rec.Call.DataLen > 0 {
				sent[rec.ID] = make([]byte, rec.Call.DataLen)
			}
		case capture.KindWindow:
			id := rec.Window.Call
			p := sent[id]
			if data, ok := carried(&rec.Window); ok && p != nil && at[id] < len(p) {
				copy(p[at[id]:], data)
				at[id] += t.taken(i+1, id, rec.Window.MOSI, len(data))
			}
		}
	}
	return sent
}

// carried returns the payload of a request that has one.
func carried(win *capture.Window) ([]byte, bool) {
	if !request(win) {
		return nil, false
	}
	var room [8]wire.Value
	vals, msg := wire.ParseRequest(room[:0], win.MOSI, wire.Arduino)
	for i := range vals {
		if p := msg.Param(i); p.Type == wire.Blob && p.Name == "data" {
			return vals[i].Bytes(), true
		}
	}
	return nil, false
}

// taken returns how much of n bytes the coprocessor took, by the reply that
// the call read from record i on: a reply without a count takes all.
func (t *Trace) taken(i int, id bus.CallID, req []byte, n int) int {
	for ; i < len(t.records); i++ {
		rec := &t.records[i]
		if rec.Kind != capture.KindWindow || rec.Window.Call != id {
			continue
		}
		var room [8]wire.Value
		vals, msg := wire.ParseReply(room[:0], rec.Window.MISO, wire.Command(req[1]), wire.Arduino, 0)
		if msg.Err == 0 && len(vals) == 1 && msg.Param(0).Name == "count" {
			return min(int(vals[0].Int()), n)
		}
		return n
	}
	return n
}
