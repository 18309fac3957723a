package bus

import (
	"net/netip"
	"time"
)

// A Tracer is told of every call of the driver's public face, so that a trace
// can say which call a transaction served, and a replay can issue the calls
// again. Several goroutines use it at once.
type Tracer interface {
	// Begin announces a call and names it. The slices of c are only read
	// during the call.
	Begin(c Call) CallID
	// End tells how the call of op that Begin named id ended.
	End(id CallID, op Op, r Result)
}

// TracerOf returns the Tracer that b is, or nil.
func TracerOf(b Bus) Tracer {
	t, _ := b.(Tracer)
	return t
}

// Op names a method of the driver's public face. The numbers are part of the
// trace format and never change meaning.
type Op uint8

// The methods a trace knows.
const (
	OpNone Op = iota
	OpNetConnect
	OpNetDisconnect
	OpGetHardwareAddr
	OpGetHostByName
	OpAddr
	OpSocket
	OpBind
	OpConnect
	OpListen
	OpAccept
	OpSend
	OpRecv
	OpClose
	OpSetSockOpt
	OpExchange
	OpSendTo
	OpRecvFrom
	opCount
)

// A Call holds the arguments of a call. Which fields an Op uses, and what they
// are called, is in its [OpSpec]; the others are zero.
type Call struct {
	Op       Op
	Sock     int            // descriptor
	Int      [5]int64       // small numbers, in the order of the OpSpec
	Addr     netip.AddrPort // address argument; the zero value is none
	Text     string         // host name or SSID
	Hostname string         // the board's own name on the network
	Secret   string         // passphrase: a trace keeps the length only
	Data     []byte         // payload: a trace keeps length and checksum only
	Size     int            // size of the buffer to fill
	Deadline time.Time      // zero: none
}

// A Result holds what a call returned; [OpSpec.Results] says which fields
// count. A result with Err has no other field.
type Result struct {
	N    int64 // descriptor or count
	Addr netip.AddrPort
	Data []byte // bytes returned: a trace keeps length and checksum only
	Err  error
}

// A Slot is a field of [Call] or [Result].
type Slot uint8

// The slots an [OpSpec] can name.
const (
	SlotNone Slot = iota
	SlotSock
	SlotInt0
	SlotInt1
	SlotInt2
	SlotInt3
	SlotInt4
	SlotAddr
	SlotText
	SlotHostname
	SlotSecret
	SlotData
	SlotSize
	SlotDeadline
	SlotN
)

// A Field gives a slot the name it has in decoded output.
type Field struct {
	Name string
	Slot Slot
}

// An OpSpec describes one method: its Go name, and what its arguments and
// results are called. Recorder, decoder and replay all walk this table.
type OpSpec struct {
	Name    string
	Args    []Field
	Results []Field
}

var opSpecs = [opCount]OpSpec{
	OpNetConnect: {"NetConnect", []Field{
		{"ssid", SlotText}, {"passphrase", SlotSecret}, {"mode", SlotInt0}, {"auth", SlotInt1},
		{"retries", SlotInt2}, {"timeout_ns", SlotInt3}, {"watchdog_ns", SlotInt4}, {"hostname", SlotHostname}}, nil},
	OpNetDisconnect:   {"NetDisconnect", nil, nil},
	OpGetHardwareAddr: {"GetHardwareAddr", nil, []Field{{"mac", SlotData}}},
	OpGetHostByName:   {"GetHostByName", []Field{{"name", SlotText}}, []Field{{"addr", SlotAddr}}},
	OpAddr:            {"Addr", nil, []Field{{"addr", SlotAddr}}},
	OpSocket: {"Socket", []Field{{"domain", SlotInt0}, {"stype", SlotInt1}, {"protocol", SlotInt2}},
		[]Field{{"sockfd", SlotN}}},
	OpBind:    {"Bind", []Field{{"sockfd", SlotSock}, {"ip", SlotAddr}}, nil},
	OpConnect: {"Connect", []Field{{"sockfd", SlotSock}, {"host", SlotText}, {"ip", SlotAddr}}, nil},
	OpListen:  {"Listen", []Field{{"sockfd", SlotSock}, {"backlog", SlotInt0}}, nil},
	OpAccept:  {"Accept", []Field{{"sockfd", SlotSock}}, []Field{{"sockfd", SlotN}, {"peer", SlotAddr}}},
	OpSend: {"Send", []Field{{"sockfd", SlotSock}, {"buf", SlotData}, {"flags", SlotInt0}, {"deadline", SlotDeadline}},
		[]Field{{"n", SlotN}}},
	OpRecv: {"Recv", []Field{{"sockfd", SlotSock}, {"size", SlotSize}, {"flags", SlotInt0}, {"deadline", SlotDeadline}},
		[]Field{{"n", SlotN}, {"data", SlotData}}},
	OpClose:      {"Close", []Field{{"sockfd", SlotSock}}, nil},
	OpSetSockOpt: {"SetSockOpt", []Field{{"sockfd", SlotSock}, {"level", SlotInt0}, {"opt", SlotInt1}, {"value", SlotInt2}}, nil},
	OpSendTo: {"SendTo", []Field{{"sockfd", SlotSock}, {"buf", SlotData}, {"flags", SlotInt0}, {"to", SlotAddr}, {"deadline", SlotDeadline}},
		[]Field{{"n", SlotN}}},
	OpRecvFrom: {"RecvFrom", []Field{{"sockfd", SlotSock}, {"size", SlotSize}, {"flags", SlotInt0}, {"deadline", SlotDeadline}},
		[]Field{{"n", SlotN}, {"from", SlotAddr}, {"data", SlotData}}},
	OpExchange: {"Exchange", []Field{{"cmd", SlotInt0}}, nil},
}

// Spec returns the description of op. An op this version does not know has an
// empty name and no fields.
func (op Op) Spec() OpSpec {
	if op >= opCount {
		return OpSpec{}
	}
	return opSpecs[op]
}

// String returns the Go name of the method, or "call" for an unknown op.
func (op Op) String() string {
	if n := op.Spec().Name; n != "" {
		return n
	}
	return "call"
}
