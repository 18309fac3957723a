package pcapng

import (
	"bytes"
	"math"

	"github.com/ninatrace/ninatrace/decode"
)

// exchange writes the packets of an exchange.
func (e *exporter) exchange(ev *decode.Event) error {
	ex := &ev.Exchange
	e.line = decode.AppendText(e.line[:0], ev, e.text)
	comment := bytes.TrimSpace(e.line)
	if ex.Request.Bytes != nil {
		if err := e.packet(Request, ex, &ex.Request, comment); err != nil {
			return err
		}
		comment = nil
	}
	if ex.Reply.Bytes == nil {
		return nil
	}
	return e.packet(Reply, ex, &ex.Reply, comment)
}

// packet writes a transaction as an enhanced packet block.
func (e *exporter) packet(dir Direction, ex *decode.Exchange, t *decode.Transaction, comment []byte) error {
	n, lost, records := e.remarks.due(t.Time)
	b := &e.block
	b.begin(blockPacket)
	b.uint32(0) // the interface
	at := e.clock.at(t.Time)
	b.time(at)
	b.uint32(uint32(HeaderLen + len(t.Bytes)))
	b.uint32(uint32(HeaderLen + len(t.Bytes)))
	b.buf = appendHeader(b.buf, dir, flags(ex, t, lost), ex, t)
	b.buf = append(b.buf, t.Bytes...)
	b.pad()
	b.comment(comment)
	e.remarks.write(b, n)
	b.optionUint32(optPacketFlags, [...]uint32{Request: outbound, Reply: inbound}[dir])
	if records > 0 {
		b.optionUint64(optPacketDrops, records)
	}
	if err := b.end(e.w); err != nil {
		return err
	}
	e.count(at, len(t.Bytes))
	return nil
}

// count takes a packet into the statistics.
func (e *exporter) count(at uint64, n int) {
	if e.stats.Packets == 0 {
		e.first = at
	}
	e.last = at
	e.stats.Packets++
	e.stats.Bytes += int64(n)
}

// statistics writes the interface statistics block that ends the file, with
// the remarks for which no packet came.
func (e *exporter) statistics() error {
	b := &e.block
	b.begin(blockStatistics)
	b.uint32(0) // the interface
	b.time(e.last)
	n, _, _ := e.remarks.due(math.MaxInt64)
	e.remarks.write(b, n)
	if e.stats.Packets > 0 {
		b.optionTime(optStatisticsStart, e.first)
		b.optionTime(optStatisticsEnd, e.last)
	}
	b.optionUint64(optStatisticsReceived, uint64(e.stats.Packets))
	b.optionUint64(optStatisticsDropped, e.stats.Missing)
	return b.end(e.w)
}
