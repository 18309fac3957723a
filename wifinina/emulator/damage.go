package emulator

import "github.com/ninatrace/ninatrace/wifinina/wire"

// spoil does to the reply what has struck its command.
func (f *firmware) spoil() {
	for _, d := range f.ailing.damages {
		switch d.Kind {
		case ReadyLate:
			f.takes(d.For)
		case WrongEcho:
			if len(f.out) > 1 {
				f.out[1] = byte(d.N) | wire.ReplyBit
			}
		case FlipBit:
			if len(f.out) > 0 {
				bit := uint(d.N) % uint(len(f.out)*8)
				f.out[bit/8] ^= 0x80 >> (bit % 8)
			}
		case Truncate:
			f.out = f.out[:min(max(d.N, 0), len(f.out))]
		case Overlong:
			f.lengthen(d.N)
		}
	}
	f.ailing.damages = f.ailing.damages[:0]
}

// lengthen adds n to the length of the first parameter. A reply without one
// stays as it is.
func (f *firmware) lengthen(n int) {
	spec := wire.Lookup(f.cmd, f.e.cfg.Profile.Family)
	if spec == nil || len(spec.Reply) == 0 || len(f.out) <= 4 || f.out[2] == 0 {
		return
	}
	if spec.Reply[0].Wide {
		n += int(f.out[3])<<8 | int(f.out[4])
		f.out[3], f.out[4] = byte(n>>8), byte(n)
		return
	}
	f.out[3] += byte(n)
}
