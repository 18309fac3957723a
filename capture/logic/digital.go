package logic

import "time"

// A digital is the sampler of Saleae's digital export: one row per change of
// any channel, with the levels after it. The first row has the levels at the
// beginning.
//
//	Time [s],CS,READY,RESETN,GPIO0
//	0.000000000,1,1,1,1
//	0.001651167,1,1,1,0
//
// The names are those that the user gave the channels.
type digital struct {
	rows    *rows
	times   *calendar
	time    int   // column
	columns []int // of the channels that are watched
	names   []string
	levels  uint64
	at      time.Duration
	begun   bool
}

func newDigital(r *rows, times *calendar) (*digital, error) {
	d := &digital{rows: r, times: times, time: r.column(timeColumns...)}
	if d.time < 0 || len(r.header) < 2 {
		return nil, r.lacks("a header with Time [s] and channels")
	}
	if len(r.header) > maxChannels {
		return nil, r.lacks("a header of at most 64 columns")
	}
	d.names = append(d.names, r.header...)
	d.names[d.time] = ""
	d.watch(1<<maxChannels - 1)
	return d, nil
}

// timeColumns are the names of the column with the time.
var timeColumns = []string{"Time [s]", "Time[s]", "Time"}

func (d *digital) channels() []string      { return d.names }
func (d *digital) interval() time.Duration { return 0 }

// watch implements sampler. A column is its channel.
func (d *digital) watch(channels uint64) {
	d.columns = d.columns[:0]
	for i := range d.names {
		if i != d.time && channels>>i&1 != 0 {
			d.columns = append(d.columns, i)
		}
	}
}

// next implements sampler.
func (d *digital) next(s *sample) error {
	for {
		before := d.levels
		if err := d.row(); err != nil {
			return err
		}
		if d.levels != before || !d.begun {
			d.begun = true
			*s = sample{d.at, d.levels}
			return nil
		}
	}
}

// row goes to the next row.
func (d *digital) row() error {
	if err := d.rows.next(); err != nil {
		return err
	}
	at, ok := d.times.parse(d.rows.at(d.time))
	if !ok {
		return d.rows.bad(d.time, d.times.want())
	}
	if at < d.at && d.begun {
		return d.rows.bad(d.time, "a time from that of the row before on")
	}
	var levels uint64
	for _, c := range d.columns {
		switch d.rows.at(c) {
		case "0":
		case "1":
			levels |= 1 << c
		default:
			return d.rows.bad(c, "a level, 0 or 1")
		}
	}
	d.at, d.levels = at, levels
	return nil
}
