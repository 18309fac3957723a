package emulator

import (
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// seedCommands returns for every command of a family its forms with the
// parameters a busyHost has something for, and three ways to get it wrong.
func seedCommands(family wire.Family) (seeds [][]byte) {
	for c := range wire.Command(len(handlers)) {
		seeds = append(seeds,
			[]byte{0xE0, byte(c), 4, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
			[]byte{0xE0, byte(c), 6, 0x00, 0x01, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00},
			[]byte{0xE0, byte(c), 3, 1, busyFD, busyFD + 1, 0xFF})
		spec := wire.Lookup(c, family)
		if spec == nil {
			seeds = append(seeds, []byte{0xE0, byte(c), 0, 0xEE})
			continue
		}
		for i := range spec.Forms {
			for slot := range 4 {
				seeds = append(seeds, wire.AppendForm(nil, c, &spec.Forms[i], seedValues(c, &spec.Forms[i], slot)...))
			}
		}
	}
	return seeds
}

// seedValues makes up the parameters of a form, with a slot or the descriptor
// as many behind the first.
func seedValues(c wire.Command, form *wire.Form, slot int) (vals []wire.Value) {
	if c >= wire.SocketSocket {
		slot += busyFD
	}
	for _, p := range form.Params {
		switch {
		case p.Type == wire.Filler:
		case p.Name == "sock":
			vals = append(vals, wire.Uint(slot))
		case p.Name == "filename" || p.Name == "old" || p.Name == "new":
			vals = append(vals, wire.Text("/fs/a"))
		case p.Name == "len":
			vals = append(vals, wire.Uint(3))
		case p.Type == wire.IPv4:
			vals = append(vals, wire.IP(peerAddr.As4()))
		case p.Type.Width() > 0:
			vals = append(vals, wire.Uint(webPort>>6))
		default:
			vals = append(vals, wire.Text("abc"))
		}
	}
	return vals
}
