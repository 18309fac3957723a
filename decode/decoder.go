package decode

import (
	"io"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Decoder reads a trace and says what happened, one [Event] after the other.
// It keeps one request and nothing else, so that its memory is bounded
// whatever the stream holds. One goroutine at a time may use it.
//
// Which window is what: one whose MOSI is a single byte over and over reads a
// reply, one without clocks is neither, any other is a request, however
// damaged. Of windows that are not whole in the trace, a request must have its
// start byte and a reply its request; others are records. A request ends
// unanswered when another request comes before a reply, when RESETN changes,
// when a new recording starts, and at the end.
//
// Events come in the order in which they were over: a record at once, an
// exchange with its reply, so that a record between a request and its reply
// comes first. READY going low for the first time after a window is part of
// the handshake and no event: after a request it is the end of
// [Exchange.Wait]. All other changes of READY are events.
type Decoder struct {
	r    *capture.Reader
	rec  capture.Record
	held bool // rec is read and not used yet

	ex       Exchange // the pending one, of which only the request is filled in
	pending  bool
	doubt    bool          // something is missing since the request
	ready    time.Duration // when READY went low after the request
	hasReady bool
	armable  bool // the next READY low is the handshake's

	n        int
	family   wire.Family
	firmware wire.Version

	mosi     []byte // the memory of the pending request
	miso     []byte
	masks    []capture.Span
	args     []wire.Value
	results  []wire.Value
	findings []string

	misoMasks []capture.Span
	observe   func(*capture.Record)
}

// NewDecoder returns a Decoder of the trace that r holds, which it reads
// ahead.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{r: capture.NewReader(r)} }

// Next reads the next event into ev, all of which it overwrites. What ev
// points to is valid until the next call. At the end of the trace it returns
// io.EOF, otherwise the error of [capture.Reader.Next]. Nothing the bus did is
// an error.
func (d *Decoder) Next(ev *Event) error {
	for {
		if !d.held {
			if err := d.r.Next(&d.rec); err != nil {
				if d.pending {
					d.finish(ev)
					return nil
				}
				return err
			}
			if d.observe != nil {
				d.observe(&d.rec)
			}
		}
		d.held = false
		if d.step(ev) {
			return nil
		}
	}
}

// Observe makes the Decoder call see with every record as it is read, which is
// the order of the trace: an event may come later than what came after it. see
// may neither keep nor change the record.
func (d *Decoder) Observe(see func(*capture.Record)) { d.observe = see }

// step uses the record that was read and reports whether that made an event.
func (d *Decoder) step(ev *Event) bool {
	rec := &d.rec
	switch rec.Kind {
	case capture.KindWindow:
		return d.window(ev, rec)
	case capture.KindPin:
		if d.handshake(rec) {
			return false
		}
		if rec.Pin == capture.PinReset {
			return d.restart(ev)
		}
	case capture.KindStart:
		if !d.pending {
			d.begin(rec.Labels)
		}
		return d.restart(ev)
	case capture.KindLoss:
		d.doubt = true
	}
	return d.tell(ev)
}

// begin forgets the firmware of the recording before. One that was cut out of
// another may say in a label what was told before.
func (d *Decoder) begin(labels []capture.Label) {
	d.family, d.firmware = wire.Arduino, 0
	for _, l := range labels {
		if l.Key == LabelFirmware {
			d.learn([]byte(l.Value))
		}
	}
}

// LabelFirmware is the key of the label by which a recording that does not
// begin with a reset says what its GET_FW_VERSION would tell, such as "3.3.0".
const LabelFirmware = "firmware"

// tell makes the record an event.
func (d *Decoder) tell(ev *Event) bool {
	*ev = Event{Record: d.rec}
	return true
}

// restart makes the record an event, after the request that will not be
// answered any more.
func (d *Decoder) restart(ev *Event) bool {
	d.armable = false
	if d.pending {
		return d.unanswered(ev)
	}
	return d.tell(ev)
}

// handshake takes up READY going low where the protocol wants it to.
func (d *Decoder) handshake(rec *capture.Record) bool {
	if rec.Pin != capture.PinReady || rec.High || !d.armable {
		return false
	}
	d.armable = false
	if d.pending && !d.hasReady {
		d.ready, d.hasReady = rec.Time, true
	}
	return true
}

// window takes up a window by what it is.
func (d *Decoder) window(ev *Event, rec *capture.Record) bool {
	w := &rec.Window
	d.armable = true
	reads := w.Reads()
	switch {
	case len(w.MOSI) == 0 || d.fragment(w, reads):
		if d.pending && w.Status&capture.Incomplete == 0 {
			d.find(FindZeroClock)
		}
		return d.tell(ev)
	case !reads:
		return d.request(ev, rec)
	case d.pending && d.doubt && otherCommand(w.MISO, d.ex.Cmd):
		return d.unanswered(ev)
	}
	return d.reply(ev, rec)
}

// fragment reports whether all there is of a window that is not whole is its
// end, or what nobody asked for.
func (d *Decoder) fragment(w *capture.Window, reads bool) bool {
	switch {
	case w.Status&capture.Incomplete == 0:
		return false
	case reads:
		return !d.pending
	}
	return w.MOSI[0] != wire.StartByte
}

// otherCommand reports whether a reply names another command than c.
func otherCommand(reply []byte, c wire.Command) bool {
	return len(reply) > 1 && reply[0] == wire.StartByte && reply[1] != byte(c)|wire.ReplyBit
}
