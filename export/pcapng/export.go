package pcapng

import (
	"io"
	"runtime"

	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// A Source gives the events of a trace, as decode.Decoder does: the end is
// io.EOF.
type Source interface{ Next(*decode.Event) error }

// Options says how to export. Its zero value is usable.
type Options struct {
	Payload     int    // how many bytes of a payload the comments show; negative: all
	Application string // the program named in the file's header; empty: "ninatrace"
}

// Stats says what was exported.
type Stats struct {
	Packets int    // requests and replies
	Bytes   int64  // of their frames, without headers
	Remarks int    // starts, resets, notes and losses, which became comments
	Losses  int    // places in the trace where something is missing
	Missing uint64 // how many records, at least
	LeftOut int    // records of the trace that were not exported
}

// Export writes the trace that src gives to w, as the package comment
// describes. Memory is bounded whatever the trace holds. Every packet is one
// Write, made as soon as its exchange is over, so that w can be a pipe to a
// Wireshark that captures; files want a bufio.Writer around them.
//
// An error of w or src ends the export and comes back as it is. What was
// written before it is a readable file, unless w failed.
func Export(w io.Writer, src Source, o Options) (Stats, error) {
	e := exporter{w: w, text: decode.TextOptions{Payload: o.Payload}}
	if err := e.header(o.Application); err != nil {
		return e.stats, err
	}
	var ev decode.Event
	for {
		if err := src.Next(&ev); err != nil {
			if last := e.statistics(); err == io.EOF {
				err = last
			}
			return e.stats, err
		}
		if err := e.event(&ev); err != nil {
			return e.stats, err
		}
	}
}

// An exporter writes one file.
type exporter struct {
	w       io.Writer
	text    decode.TextOptions
	stats   Stats
	clock   clock
	remarks remarks
	block   block
	line    []byte
	first   uint64 // time of the first packet
	last    uint64 // time of the last
}

// header writes the section header and the interface.
func (e *exporter) header(application string) error {
	if application == "" {
		application = "ninatrace"
	}
	ng, err := pcapgo.NewNgWriterInterface(e.w, pcapgo.NgInterface{
		Name:        "nina0",
		Description: "SPI link to a WiFiNINA coprocessor",
		LinkType:    layers.LinkType(LinkType),
	}, pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{
		OS:          runtime.GOOS,
		Application: application,
	}})
	if err != nil {
		return err
	}
	return ng.Flush()
}

// event writes an event or keeps it for the next packet.
func (e *exporter) event(ev *decode.Event) error {
	if ev.Exchange.N != 0 {
		return e.exchange(ev)
	}
	rec := &ev.Record
	switch rec.Kind {
	case capture.KindStart:
		e.clock.set(rec)
	case capture.KindLoss:
		e.stats.Losses++
		e.stats.Missing += missing(&rec.Loss)
	}
	if !remarkable(rec) {
		e.stats.LeftOut++
		return nil
	}
	e.stats.Remarks++
	e.remarks.add(ev, e.text)
	return nil
}
