package decode

import (
	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// judge reads both directions of the exchange and says how it ended.
func (d *Decoder) judge() {
	ex := &d.ex
	ex.Status = OK
	if ex.Request.Bytes != nil {
		d.readRequest()
	} else {
		ex.Status = Malformed
		d.find(FindOrphan)
	}
	if ex.Reply.Bytes == nil {
		if ex.Status == OK {
			ex.Status = NoReply
		}
		return
	}
	d.readReply()
	if ex.Cmd == wire.GetFWVersion && ex.Status == OK && len(ex.Results) == 1 {
		d.learn(ex.Results[0].Bytes())
	}
}

// readRequest reads the request.
func (d *Decoder) readRequest() {
	ex := &d.ex
	req := &ex.Request
	d.parseRequest()
	ex.Args = d.args
	d.findWindow(req.Window.Status)
	m := &req.Message
	switch {
	case req.Window.Omitted > 0:
		d.find(FindOmitted)
	case m.Err == 0 || m.Err == wire.ErrPadding:
		d.findPadding(req)
		if f := m.Form(); f != nil && f.Announce != 0 {
			d.find(FindCount)
		}
	case req.Window.Status&capture.Incomplete != 0: // nothing of it is sure
	case withheld(req):
		d.find(FindWithheld)
	default:
		ex.Status = Malformed
		d.find(requestFindings[m.Err])
	}
	if m.Cmd == ex.Cmd { // the header was read
		d.findCommand(m)
	}
}

// parseRequest parses the request by the table of the firmware's family. While
// nothing has told that, a request that only the other family knows is read by
// the other's.
func (d *Decoder) parseRequest() {
	ex := &d.ex
	m := &ex.Request.Message
	d.args, *m = wire.ParseRequest(d.args[:0], ex.Request.Bytes, ex.Family)
	if m.Err == 0 || m.Err == wire.ErrPadding || d.firmware != 0 {
		return
	}
	args, other := wire.ParseRequest(d.results[:0], ex.Request.Bytes, wire.Adafruit)
	if other.Err == 0 || other.Err == wire.ErrPadding {
		d.args, d.results, *m, ex.Family = args, d.args, other, wire.Adafruit
	}
}

// withheld reports whether the byte at which reading failed is masked, or what
// is masked led it beyond the end.
func withheld(req *Transaction) bool {
	at := min(req.Message.At, len(req.Bytes)-1)
	for _, s := range req.Window.Masks {
		if at >= s.Off && at < s.Off+s.Len {
			return true
		}
	}
	return false
}

// readReply reads the reply.
func (d *Decoder) readReply() {
	ex := &d.ex
	m := &ex.Reply.Message
	d.results, *m = wire.ParseReply(d.results[:0], ex.Reply.Bytes, ex.Cmd, ex.Family, wire.DataLen(ex.Request.Bytes, ex.Family))
	ex.Results = d.results
	d.findWindow(ex.Reply.Window.Status)
	spec := m.Spec()
	omitted := ex.Reply.Window.Omitted > 0
	switch {
	case omitted && (m.Err != 0 || m.Cut):
		d.find(FindOmitted)
	case m.Err != 0 && m.Err != wire.ErrPadding:
		ex.Status = Malformed
	case m.ErrorReply && ex.Status == OK && (spec == nil || spec.Kind != wire.Always):
		ex.Status = Error
	}
	if omitted || ex.Reply.Window.Status&capture.Incomplete != 0 {
		return
	}
	if m.Err != 0 {
		d.find(replyFindings[m.Err])
	} else if m.Cut && len(m.Pad) == 0 && ex.Reply.Bytes[len(ex.Reply.Bytes)-1] != wire.EndByte {
		d.find(FindCut)
	}
}

// learn takes up what a GET_FW_VERSION told.
func (d *Decoder) learn(text []byte) {
	d.firmware, d.family = wire.ParseVersion(string(text))
}
