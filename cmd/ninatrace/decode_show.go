package main

import (
	"cmp"
	"fmt"
	"io"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// narrow is the width below which a terminal has no room for all columns.
const narrow = 100

// decodeListing prints the events as a listing, wrapped to a width if there is
// one.
func decodeListing(out io.Writer, src *chosen, o *decodeOptions, colors bool, width int) error {
	list := decode.NewListing(decode.ListingOptions{
		TextOptions: decode.TextOptions{Payload: o.payload, Color: colors},
		All:         o.all,
		UTC:         o.utc,
		Compact:     width > 0 && width < narrow,
	})
	src.start = list.Start
	var lines, wrapped []byte
	write := func() error {
		if width > 0 {
			wrapped = wrap(wrapped[:0], lines, width, list.Indent()+2)
			_, err := out.Write(wrapped)
			return err
		}
		_, err := out.Write(lines)
		return err
	}
	err := each(src, func(ev *decode.Event) error {
		lines = list.Append(lines[:0], ev)
		return write()
	})
	lines = list.Flush(lines[:0])
	return cmp.Or(err, write())
}

// decodeJSON prints exchanges and what the recorder counted of them, or all
// events, and to errs what is missing.
func decodeJSON(out, errs io.Writer, src *chosen, o *decodeOptions) error {
	var line []byte
	return each(src, func(ev *decode.Event) error {
		rec := &ev.Record
		switch {
		case ev.Exchange.N != 0:
			line = decode.AppendJSON(line[:0], &ev.Exchange, o.payload)
		case o.all || rec.Kind == capture.KindRepeat:
			line = decode.AppendRecordJSON(line[:0], ev, src.n)
		case rec.Kind == capture.KindLoss:
			warn(errs, "%s", lossText(rec))
			return nil
		default:
			return nil
		}
		line = append(line, '\n')
		_, err := out.Write(line)
		return err
	})
}

// lossText says in one line what is missing where.
func lossText(rec *capture.Record) string {
	return fmt.Sprintf("byte %d, %.6fs: %s", rec.Offset, rec.Time.Seconds(), decode.DescribeRecord(rec))
}
