package replay

import (
	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A payload is what a recorded call sent, as far as the trace has it. A trace
// keeps of a payload only its length and sum; the bytes are in the requests
// that carried them.
type payload struct {
	bytes []byte // what was never sent, or was withheld, is whatever
	frame []byte // the first request: all that an Exchange sent
	masks bool   // some of it was withheld

	at   int          // how much the coprocessor has taken
	part int          // bytes of the request that has no reply yet
	cmd  wire.Command // of that request
	seen int          // how much the requests have shown
}

// payloads puts together what each recorded call sent.
func (t *Trace) payloads() map[bus.CallID]payload {
	sent := make(map[bus.CallID]payload, len(t.calls))
	for i := range t.records {
		rec := &t.records[i]
		switch rec.Kind {
		case capture.KindBegin:
			sent[rec.ID] = payload{bytes: make([]byte, rec.Call.DataLen)}
		case capture.KindWindow:
			if p, ok := sent[rec.Window.Call]; ok {
				p.window(&rec.Window)
				sent[rec.Window.Call] = p
			}
		}
	}
	return sent
}

// blind reports whether the trace does not have all of the payload, so that its
// sum can't be right.
func (p *payload) blind() bool { return p.masks || p.seen < len(p.bytes) }

// window takes up a window of the call.
func (p *payload) window(win *capture.Window) {
	if p.part > 0 {
		p.at += taken(win, p.cmd, p.part)
		p.part = 0
	}
	if win.Reads() {
		return
	}
	if p.frame == nil {
		p.frame = win.MOSI
	}
	if p.at < len(p.bytes) {
		p.request(win)
	}
}

// request takes up a request, if it carries payload.
func (p *payload) request(win *capture.Window) {
	var room [8]wire.Value
	vals, msg := wire.ParseRequest(room[:0], win.MOSI, wire.Arduino)
	for i := range vals {
		if param := msg.Param(i); param.Type == wire.Blob && param.Name == "data" {
			n := copy(p.bytes[p.at:], vals[i].Bytes())
			p.part, p.cmd = n, msg.Cmd
			p.seen = max(p.seen, p.at+n)
			p.masks = p.masks || len(win.Masks) > 0
			return
		}
	}
}

// taken returns how much of n bytes the coprocessor took, by what the call read
// next: a reply without a count takes all.
func taken(win *capture.Window, c wire.Command, n int) int {
	var room [8]wire.Value
	vals, msg := wire.ParseReply(room[:0], win.MISO, c, wire.Arduino, 0)
	if msg.Err == 0 && len(vals) == 1 && msg.Param(0).Name == "count" {
		return min(max(int(vals[0].Int()), 0), n)
	}
	return n
}
