package decode

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Summary counts the events of a trace. Its zero value is ready for use; one
// goroutine at a time may use it. Its size does not grow with the trace.
type Summary struct {
	Start      time.Time         `json:"start,omitzero"`   // wall clock of the first recording, zero: unknown
	Labels     map[string]string `json:"labels,omitempty"` // of the first recording
	Recordings int               `json:"recordings"`       // start records
	Duration   time.Duration     `json:"duration_ns"`      // from the start of the trace to the end of its last event

	Exchanges int            `json:"exchanges"`           // in the trace; those that were counted instead are Repeats
	Repeats   uint64         `json:"repeats,omitempty"`   // exchanges that the recorder folded, see capture.Repeat
	ByStatus  map[string]int `json:"by_status,omitempty"` // by Status.String
	Commands  map[string]int `json:"commands,omitempty"`  // by Exchange.Name
	Findings  map[string]int `json:"findings,omitempty"`  // exchanges that have it
	Calls     int            `json:"calls"`               // driver calls begun
	BytesOut  int64          `json:"bytes_out"`           // clocked in requests, padding included
	BytesIn   int64          `json:"bytes_in"`            // clocked in replies
	Waited    time.Duration  `json:"waited_ns"`           // the sum of Exchange.Wait
	Firmware  string         `json:"firmware,omitempty"`  // version and family, as the last GET_FW_VERSION told
	Resets    int            `json:"resets"`              // times RESETN was asserted
	Timeouts  int            `json:"ready_timeouts"`      // waits for READY that timed out and no select followed
	Masks     int            `json:"masks"`               // runs of bytes that were withheld
	Lost      Lost           `json:"lost"`
}

// Lost is all that is missing of a trace, see [capture.Loss].
type Lost struct {
	Frames  uint64 `json:"frames"`
	Bytes   int64  `json:"bytes"`
	Records uint64 `json:"records"`
	Joined  bool   `json:"joined"`
	Cut     bool   `json:"cut"`
}

// Add counts an event. It keeps nothing of it.
func (s *Summary) Add(ev *Event) {
	if ev.Exchange.N != 0 {
		s.exchange(&ev.Exchange)
	} else {
		s.record(&ev.Record)
	}
}

func (s *Summary) exchange(ex *Exchange) {
	s.Exchanges++
	count(&s.ByStatus, ex.Status.String())
	count(&s.Commands, ex.Name())
	for _, f := range ex.Findings {
		count(&s.Findings, f)
	}
	s.BytesOut += int64(len(ex.Request.Bytes))
	s.BytesIn += int64(len(ex.Reply.Bytes))
	s.Waited += ex.Wait
	s.Masks += len(ex.Request.Window.Masks) + len(ex.Reply.Window.MISOMasks)
	s.until(max(ex.Request.End(), ex.Reply.End()))
	if ex.Cmd == wire.GetFWVersion && ex.Status == OK && len(ex.Results) == 1 {
		s.firmware(string(ex.Results[0].Bytes()))
	}
}

// firmware takes up the reply of GET_FW_VERSION.
func (s *Summary) firmware(text string) {
	if v, family := wire.ParseVersion(text); v != 0 {
		s.Firmware = v.String() + " (" + family.String() + ")"
	}
}

func (s *Summary) record(rec *capture.Record) {
	s.until(rec.Window.End(rec.Time))
	switch rec.Kind {
	case capture.KindStart:
		s.start(rec)
	case capture.KindBegin:
		s.Calls++
	case capture.KindWait:
		if rec.Window.Status&capture.WaitTimedOut != 0 {
			s.Timeouts++
		}
	case capture.KindPin:
		if rec.Pin == capture.PinReset && !rec.High {
			s.Resets++
		}
	case capture.KindRepeat:
		s.Repeats += rec.Repeat.N
	case capture.KindLoss:
		s.loss(rec.Loss)
	}
}

func (s *Summary) start(rec *capture.Record) {
	s.Recordings++
	if s.Recordings > 1 {
		return
	}
	s.Start = rec.Wall
	for _, l := range rec.Labels {
		if s.Labels == nil {
			s.Labels = make(map[string]string)
		}
		s.Labels[l.Key] = l.Value
	}
}

func (s *Summary) loss(l capture.Loss) {
	s.Lost.Frames += l.Frames
	s.Lost.Bytes += l.Bytes
	s.Lost.Records += l.Records
	s.Lost.Joined = s.Lost.Joined || l.Joined
	s.Lost.Cut = s.Lost.Cut || l.Cut
}

// until moves the end of the trace to at.
func (s *Summary) until(at time.Duration) { s.Duration = max(s.Duration, at) }

// count adds one to what m counts under key.
func count(m *map[string]int, key string) {
	if *m == nil {
		*m = make(map[string]int)
	}
	(*m)[key]++
}
