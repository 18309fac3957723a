package logic

import "math/bits"

// guess takes for the clock and for chip select the channels that behave as
// such, where there is but one that does, and returns an error where a line of
// the bus has none.
func (w *wiring) guess(first []sample) error {
	if w.missing(lineCLK) {
		w.take(lineCLK, busiest(first, w.free()))
	}
	if w.missing(lineCS) && w.channel[lineCLK] >= 0 {
		w.take(lineCS, selecting(first, w.mask(lineCLK), w.free()))
	}
	for _, l := range []line{lineCS, lineCLK, lineMOSI, lineMISO} {
		if w.missing(l) {
			return w.wrong("cannot tell which channel is %s", linkLines[l].key)
		}
	}
	return nil
}

// free returns the channels that are not taken.
func (w *wiring) free() (channels uint64) {
	for i, name := range w.names {
		if name != "" {
			channels |= 1 << i
		}
	}
	return channels &^ w.all()
}

// take takes the channel for a line if it is only one.
func (w *wiring) take(l line, channel uint64) {
	if bits.OnesCount64(channel) == 1 {
		w.channel[l] = bits.TrailingZeros64(channel)
		w.guessed[l] = true
	}
}

// minEdges is with how few edges no channel is taken for a clock: a byte's.
const minEdges = 16

// busiest returns the channel, one of among, that changes by far more often
// than every other: data changes at most half as often as its clock.
func busiest(samples []sample, among uint64) uint64 {
	var edges [maxChannels]int
	for i := 1; i < len(samples); i++ {
		for changed := samples[i].levels ^ samples[i-1].levels; changed != 0; changed &= changed - 1 {
			edges[bits.TrailingZeros64(changed)]++
		}
	}
	var best, second, at int
	for i, n := range edges {
		switch {
		case n > best:
			best, second, at = n, best, i
		case n > second:
			second = n
		}
	}
	if best < minEdges || best < second+second/2 {
		return 0
	}
	return among & (1 << at)
}

// selecting returns the channels, of among, that change and are low whenever
// the clock rises.
func selecting(samples []sample, clk, among uint64) uint64 {
	var changed uint64
	for i := 1; i < len(samples); i++ {
		now, before := samples[i].levels, samples[i-1].levels
		changed |= now ^ before
		if now&^before&clk != 0 {
			among &^= now
		}
	}
	return among & changed
}
