package decode

import "github.com/ninatrace/ninatrace/wifinina/wire"

// Socket returns the slot or descriptor the request names, and whether it
// names one.
func (ex *Exchange) Socket() (sock int, ok bool) {
	s := ex.sock()
	return s, s >= 0
}

// Payload returns the bytes that the exchange carries beside numbers and
// names: those of the request, or else those of the reply; nil if neither has
// any. What was withheld of them reads '*'. It is valid as the exchange is.
func (ex *Exchange) Payload() []byte {
	for i := range ex.Args {
		if carries(ex.Request.Message.Param(i)) {
			return ex.Args[i].Bytes()
		}
	}
	for i := range ex.Results {
		if carries(ex.Reply.Message.Param(i)) {
			return ex.Results[i].Bytes()
		}
	}
	return nil
}

// carries reports whether a parameter is payload.
func carries(p wire.Param) bool {
	return p.Type == wire.Blob || p.Type == wire.Counted || p.Type == wire.Wrapped
}

// Failed reports whether the exchange did not go well: any other status than
// [OK], an empty reply that says so, or something out of order that is neither
// the recorder's doing nor part of how a command works.
func (ex *Exchange) Failed() bool {
	spec := ex.Reply.Message.Spec()
	if ex.Status != OK || spec != nil && spec.Kind == wire.OrEmpty && len(ex.Results) == 0 && ex.Request.Window.Omitted+ex.Reply.Window.Omitted == 0 {
		return true
	}
	for _, f := range ex.Findings {
		if f != FindWithheld && f != FindOmitted && f != FindIncomplete {
			return true
		}
	}
	return false
}
