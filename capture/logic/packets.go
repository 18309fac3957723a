package logic

import (
	"io"
	"slices"
	"strings"
	"time"
)

// A packets is the source of an SPI analyzer's own export, one row per byte:
//
//	Time [s],Packet ID,MOSI,MISO
//	0.762089032,0,0xE0,0x00
//	0.762124032,0,0x20,0x00
//
// A packet is what lies between two edges of the enable line. Logic 1 numbered
// them; Logic 2 wrote 0 for all of them for long. Bytes whose packets have no
// numbers are told apart by the pauses between them.
type packets struct {
	rows  *rows
	times *calendar
	col   struct{ time, id, mosi, miso int }

	rule  rule
	gap   time.Duration // longer pauses lie between packets
	first []packetRow   // read ahead, to see what the file has
	err   error         // what came after them

	last  packetRow
	at    time.Duration // of the row read last
	begun bool          // there is one
	open  bool
	queue []event
}

// A packetRow is one row of the file.
type packetRow struct {
	byte event
	id   string
}

// A rule says where one packet ends and the next begins.
type rule uint8

const (
	byID     rule = 1 + iota // where the number changes
	byPause                  // after a pause
	byEnable                 // where another file says
)

// maxPacketRows is how many rows are read ahead: more bytes than a window of
// this link has, so that two numbers are seen if there are any.
const maxPacketRows = 1 << 14

// pauseFactor is how much longer than the usual time from byte to byte the
// time over a border is at least, if nobody says how long. On recordings of
// the genuine host on a busy PC more than nine windows of ten come out whole;
// other rules, with the widest gap between two times, were no better.
const pauseFactor = 4

// newPackets reads the first rows. gap is 0 where it is to be found out.
func newPackets(r *rows, times *calendar, gap time.Duration) (*packets, error) {
	p := &packets{rows: r, times: times, gap: gap}
	c := &p.col
	c.time, c.id, c.mosi, c.miso = r.column(timeColumns...), r.column("Packet ID"), r.column("MOSI"), r.column("MISO")
	if c.time < 0 || c.id < 0 || c.mosi < 0 && c.miso < 0 {
		return nil, r.lacks("a header with the columns Time [s], Packet ID, MOSI, MISO")
	}
	numbered := false
	for len(p.first) < maxPacketRows && p.err == nil {
		var row packetRow
		if p.err = p.read(&row); p.err == nil {
			p.first = append(p.first, row)
			numbered = numbered || row.id != p.first[0].id
		}
	}
	p.rule = byID
	if !numbered {
		p.rule = byPause
		if gap == 0 {
			p.gap = pauseFactor * usual(p.first)
		}
	}
	return p, nil
}

// usual returns the median time from one row to the next.
func usual(rows []packetRow) time.Duration {
	var steps []time.Duration
	for i := 1; i < len(rows); i++ {
		steps = append(steps, rows[i].byte.at-rows[i-1].byte.at)
	}
	if len(steps) == 0 {
		return 0
	}
	slices.Sort(steps)
	return steps[len(steps)/2]
}

// next implements source.
func (p *packets) next(e *event) error {
	if len(p.queue) == 0 {
		if err := p.more(); err != nil {
			return err
		}
	}
	*e, p.queue = p.queue[0], p.queue[1:]
	return nil
}

// more queues the events of the next row, or of the end of the file.
func (p *packets) more() error {
	var row packetRow
	err := p.read(&row)
	p.queue = p.queue[:0]
	switch {
	case err == io.EOF && p.open:
		p.open = false
		p.queue = append(p.queue, event{kind: deselected, at: p.last.byte.at})
		return nil
	case err != nil:
		return err
	}
	if p.begins(&row) {
		if p.open {
			p.queue = append(p.queue, event{kind: deselected, at: p.last.byte.at})
		}
		p.open = true
		p.queue = append(p.queue, event{kind: selected, at: row.byte.at, guessed: true})
	}
	p.queue = append(p.queue, row.byte)
	p.last = row
	return nil
}

// begins reports whether a packet begins with the row.
func (p *packets) begins(row *packetRow) bool {
	switch {
	case p.rule == byEnable:
		return false
	case !p.open:
		return true
	case p.rule == byID:
		return row.id != p.last.id
	}
	return row.byte.at-p.last.byte.at > p.gap
}

// read reads a row.
func (p *packets) read(row *packetRow) error {
	switch {
	case p.rule != 0 && len(p.first) > 0:
		*row, p.first = p.first[0], p.first[1:]
		return nil
	case p.err != nil:
		return p.err
	}
	if err := p.rows.next(); err != nil {
		return err
	}
	at, ok := p.times.parse(p.rows.at(p.col.time))
	if !ok {
		return p.rows.bad(p.col.time, p.times.want())
	}
	if at < p.at && p.begun {
		return p.rows.bad(p.col.time, "a time from that of the row before on")
	}
	p.at, p.begun = at, true
	row.byte = event{kind: clocked, at: at}
	if id := p.rows.at(p.col.id); id != row.id {
		row.id = strings.Clone(id)
	}
	return p.rows.octets(p.col.mosi, p.col.miso, &row.byte)
}
