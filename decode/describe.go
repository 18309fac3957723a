package decode

import (
	"strings"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// DescribeRequest returns a request in the words of [AppendText], such as
// "SEND_DATA_TCP  sock=0 data=5 bytes", whatever the bytes are. It is for messages
// about single frames and safe to print.
func DescribeRequest(frame []byte) string {
	ex := Exchange{Request: Transaction{Bytes: frame}}
	ex.Args, ex.Request.Message = wire.ParseRequest(nil, frame, wire.Arduino)
	ex.Cmd = ex.Request.Message.Cmd
	var p printer
	p.put(ex.Name())
	p.args(&ex)
	if err := ex.Request.Message.Err; err != 0 {
		p.put(" (")
		p.put(err.Error())
		p.put(")")
	}
	return string(p.dst)
}

// Describe returns an event in the words of [AppendText], without the columns
// before them and with the first bytes of payload only. It is safe to print.
func Describe(ev *Event) string {
	p := printer{o: TextOptions{Payload: describedPayload}}
	if ev.Exchange.N == 0 {
		p.what(&ev.Record)
	} else {
		p.said(&ev.Exchange)
	}
	return string(p.dst)
}

// describedPayload is how much of a payload is in a description.
const describedPayload = 16

// DescribeRecord returns a record of a call or of a line in the words of
// [AppendText], without its time.
func DescribeRecord(rec *capture.Record) string {
	var p printer
	p.what(rec)
	return strings.TrimLeft(string(p.dst), "─═·! ")
}

// DescribeExchange returns an exchange in the words of [AppendText], without
// number, time and wait, with at most payload bytes of each payload.
func DescribeExchange(ex *Exchange, payload int) string {
	p := printer{o: TextOptions{Payload: payload}}
	p.put(ex.Name())
	p.args(ex)
	p.put(" → ")
	p.outcome(ex)
	p.raw(ex)
	p.findings(ex.Findings)
	p.omitted(ex)
	return string(p.dst)
}
