package logic

import (
	"io"
	"math/bits"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// ImportVCD reads a value change dump (IEEE 1364-2001, clause 18), as sigrok,
// PulseView, GTKWave and simulators write it, and writes what its variables of
// one bit say of the link to w: the bytes of SPI mode 0, most significant bit
// first, and the changes of READY, RESETN and GPIO0. Variables are known by
// their names or by o.Channels. A value that is unknown, x or z, is low.
//
// Everything else is as with [ImportSaleae]. Times finer than a nanosecond are
// rounded. Memory is bounded whatever the file holds.
//
// What is no such file gives a [*RowError] or a [*ChannelError].
func ImportVCD(w *capture.Writer, r io.Reader, o Options) (Stats, error) {
	v, err := newVCD(r)
	if err != nil {
		return Stats{}, err
	}
	return importLevels(w, v, &calendar{}, o)
}

// A vcd is the sampler of a value change dump.
type vcd struct {
	words *words
	names []string
	short [128]uint64       // bits of the variables whose identifier is one byte
	long  map[string]uint64 // of all others
	unit  unit
	step  time.Duration // between two samples, 0: unknown

	watched uint64
	sample  sample // as far as it was read
	told    uint64 // levels
	begun   bool   // one was told
}

// A unit is how long a tick of a dump is: n × 10^exp seconds.
type unit struct {
	n   uint64
	exp int
}

// duration returns how long so many ticks are, if it is no longer than maxTime.
func (u unit) duration(ticks uint64) (time.Duration, bool) {
	hi, m := bits.Mul64(ticks, u.n)
	ns, ok := shifted(m, u.exp+9)
	return time.Duration(ns), ok && hi == 0
}

func (v *vcd) channels() []string      { return v.names }
func (v *vcd) interval() time.Duration { return v.step }
func (v *vcd) watch(channels uint64)   { v.watched = channels }

// next implements sampler. Everything between two times is one sample.
func (v *vcd) next(s *sample) error {
	for {
		word, err := v.words.word()
		at := v.sample.at
		switch {
		case err == nil && word[0] == '#':
			at, err = v.time(word)
		case err == nil:
			err = v.change(word)
		}
		if err != nil && err != io.EOF {
			return err
		}
		if (err == io.EOF || at > v.sample.at) && v.due() {
			*s, v.told, v.begun = v.sample, v.sample.levels, true
			v.sample.at = at
			return nil
		}
		if err != nil {
			return err
		}
		v.sample.at = at
	}
}

// due reports whether the sample is one to tell.
func (v *vcd) due() bool {
	return !v.begun || (v.sample.levels^v.told)&v.watched != 0
}

// time reads a time: #123.
func (v *vcd) time(word []byte) (time.Duration, error) {
	var ticks uint64
	ok := len(word) > 1
	for _, c := range word[1:] {
		d := uint64(c) - '0'
		ok = ok && d <= 9 && ticks < uint64(maxTime)
		ticks = ticks*10 + d
	}
	at, short := v.unit.duration(ticks)
	switch {
	case !ok || !short:
		return 0, v.words.wrong(word, "a time such as #125")
	case at < v.sample.at:
		return 0, v.words.wrong(word, "a time from that before on")
	}
	return at, nil
}

// change reads the change of a variable: 1! or b0101 !. Of a vector that has
// the identifier of a variable of one bit the last bit counts.
func (v *vcd) change(word []byte) error {
	value, id := word[0], word[1:]
	switch value {
	case '0', '1', 'x', 'X', 'z', 'Z':
	case 'b', 'B', 'r', 'R':
		value = word[len(word)-1]
		var err error
		if id, err = v.words.word(); err != nil {
			return err
		}
	case '$':
		return v.section(word)
	default:
		return v.words.wrong(word, "a change of a value such as 1! or b1 !")
	}
	bit, ok := v.bit(id)
	switch {
	case !ok:
		return v.words.wrong(word, "a change of a variable of the header")
	case value == '1':
		v.sample.levels |= bit
	default:
		v.sample.levels &^= bit
	}
	return nil
}

// section skips a comment. The other sections hold changes like any.
func (v *vcd) section(word []byte) error {
	switch string(word) {
	case "$dumpvars", "$dumpall", "$dumpon", "$dumpoff", "$end":
		return nil
	case "$comment":
		return v.skip()
	}
	return v.words.wrong(word, "a change of a value, $dumpvars or $comment")
}

// skip goes to the end of a section.
func (v *vcd) skip() error {
	for {
		word, err := v.words.word()
		if err != nil || string(word) == "$end" {
			return err
		}
	}
}

// bit returns the bit of a variable, 0 for one that has more than one.
func (v *vcd) bit(id []byte) (bit uint64, ok bool) {
	if len(id) == 1 && id[0] < 128 {
		bit = v.short[id[0]]
		return bit &^ ignored, bit != 0
	}
	bit, ok = v.long[string(id)]
	return bit &^ ignored, ok
}

// ignored marks variables that are no channels. So a dump has one channel less
// than fit.
const ignored = 1 << (maxChannels - 1)
