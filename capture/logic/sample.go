package logic

import "time"

// maxChannels is how many channels of one bit a file may have.
const maxChannels = 64

// A sample is the level of every channel of a file, from a time on: bit i is
// the channel i.
type sample struct {
	at     time.Duration
	levels uint64
}

// A sampler gives the samples of one file in the order of their times: that of
// the beginning, and one for each change of a watched channel. After the last
// it returns io.EOF.
type sampler interface {
	channels() []string      // their names; empty: not a channel of one bit
	watch(channels uint64)   // at the beginning every channel is watched
	interval() time.Duration // between two samples of the analyzer; 0: the file does not say
	next(*sample) error
}

// A preview is a sampler of which the first samples were read already.
type preview struct {
	sampler
	first []sample
	err   error // what came after them
}

// maxPreview is how many samples are looked at to guess the channels.
const maxPreview = 1 << 16

// newPreview reads the first samples of src.
func newPreview(src sampler) *preview {
	p := &preview{sampler: src}
	for len(p.first) < maxPreview && p.err == nil {
		var s sample
		if p.err = src.next(&s); p.err == nil {
			p.first = append(p.first, s)
		}
	}
	return p
}

// next implements sampler.
func (p *preview) next(s *sample) error {
	switch {
	case len(p.first) > 0:
		*s, p.first = p.first[0], p.first[1:]
		return nil
	case p.err != nil:
		return p.err
	}
	return p.sampler.next(s)
}
