package capture

// A Masker finds what a recorder must withhold: it appends to spans the offset
// and length of every secret run in the bytes that the host sends in one
// transfer, in rising order and not overlapping. wire.SecretSpans is the one
// for the WiFiNINA protocol. It must not keep or change mosi, and must not
// allocate on a board.
type Masker func(spans [][2]int, mosi []byte) [][2]int

// maskByte is what a reader gives in place of a withheld byte.
const maskByte = '*'

// tidy brings what a Masker returned into a form that can be relied on: inside
// n bytes, rising, apart, and at most maxMasks spans. What was marked stays
// marked: where the spans are too many or in disorder, everything from the
// place on is withheld.
func tidy(spans [][2]int, n int) [][2]int {
	out := spans[:0]
	at := 0
	for i, s := range spans {
		from, to := max(s[0], 0), min(s[0]+max(s[1], 0), n)
		if to <= from {
			continue
		}
		if from < at || len(out) == maxMasks {
			return withhold(out, spans[i:], n)
		}
		out = append(out, [2]int{from, to - from})
		at = to
	}
	return out
}

// withhold returns spans with everything masked from the first byte of rest to
// the end of n bytes.
func withhold(spans, rest [][2]int, n int) [][2]int {
	from := n
	for _, s := range rest {
		if s[1] > 0 && s[0]+s[1] > 0 {
			from = min(from, max(s[0], 0))
		}
	}
	last := len(spans) - 1
	for last >= 0 && (spans[last][0]+spans[last][1] >= from || last+1 == maxMasks) {
		from = min(from, spans[last][0])
		last--
	}
	return append(spans[:last+1], [2]int{from, n - from})
}

// clip returns the spans of the first n bytes. One that reaches over the
// border is cut in a copy.
func (f *framer) clip(spans [][2]int, n int) [][2]int {
	k := 0
	for k < len(spans) && spans[k][0] < n {
		k++
	}
	if k == 0 || spans[k-1][0]+spans[k-1][1] <= n {
		return spans[:k]
	}
	copy(f.cut[:], spans[:k])
	f.cut[k-1][1] = n - f.cut[k-1][0]
	return f.cut[:k]
}

// shift returns the spans of what follows the first n bytes, counted from
// there. It works in place.
func shift(spans [][2]int, n int) [][2]int {
	out := spans[:0]
	for _, s := range spans {
		if end := s[0] + s[1]; end > n {
			from := max(s[0], n)
			out = append(out, [2]int{from - n, end - from})
		}
	}
	return out
}
