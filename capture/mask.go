package capture

// A Masker finds what a recorder must withhold: it appends to spans the offset
// and length of every secret run in the bytes that the host sends in one
// transfer. wire.SecretSpans is the one for the WiFiNINA protocol. It must not
// keep or change mosi, and must not allocate on a board.
//
// It is shown the first transfer of each window. A driver that sends a request
// with secrets sends it in one transfer.
type Masker func(spans [][2]int, mosi []byte) [][2]int

// idle is what the host sends while it only reads.
const idle = 0xFF

// maskByte is what a reader gives in place of a withheld byte.
const maskByte = '*'

// anyMasks are the bits of a status that say that bytes were withheld.
const anyMasks = HasMasks | HasMISOMasks

// tidy brings spans into the order in which they are written: inside n bytes,
// rising, and apart. What was marked stays marked and nothing else is.
func tidy(spans [][2]int, n int) [][2]int {
	kept := spans[:0]
	for _, s := range spans {
		from, to := within(s, n)
		if from >= to {
			continue
		}
		kept = append(kept, [2]int{from, to - from})
		for i := len(kept) - 1; i > 0 && kept[i][0] < kept[i-1][0]; i-- {
			kept[i], kept[i-1] = kept[i-1], kept[i]
		}
	}
	return joined(kept)
}

// within returns the part of a span that lies inside n bytes, from >= to if
// none does.
func within(s [2]int, n int) (from, to int) {
	switch {
	case s[1] <= 0:
		return 0, 0
	case s[0] < 0:
		return 0, min(s[0]+s[1], n)
	case s[0] >= n || s[1] >= n-s[0]:
		return s[0], n
	}
	return s[0], s[0] + s[1]
}

// joined makes one of spans that touch or overlap; they are in rising order.
func joined(spans [][2]int) [][2]int {
	out := spans[:0]
	for _, s := range spans {
		if k := len(out) - 1; k >= 0 && s[0] <= out[k][0]+out[k][1] {
			out[k][1] = max(out[k][1], s[0]+s[1]-out[k][0])
		} else {
			out = append(out, s)
		}
	}
	return out
}

// clip returns the spans of the first n bytes. One that reaches over the
// border is cut in a copy. There are at most maxMasks.
func clip(room *[maxMasks][2]int, spans [][2]int, n int) [][2]int {
	k := 0
	for k < len(spans) && spans[k][0] < n {
		k++
	}
	if k == 0 || spans[k-1][0]+spans[k-1][1] <= n {
		return spans[:k]
	}
	copy(room[:], spans[:k])
	room[k-1][1] = n - room[k-1][0]
	return room[:k]
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
