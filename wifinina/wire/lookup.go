package wire

import "sync"

// specs holds the table spelled out, for programs on a PC: it is made at the
// first Lookup and then never written. Nothing a driver needs calls Lookup, so
// on a board neither the code nor the memory exists.
var specs struct {
	once sync.Once
	of   [2][commandCount]*Spec
}

// Lookup returns the description of a command in a firmware family. A command
// only the other family has gives the other's; one nobody has gives nil. The
// result is shared and must not be written.
//
// On a board use [Since], [Slow], [FirstRead] and [Command.Name] instead: they
// read the table where it is, in flash.
func Lookup(c Command, f Family) *Spec {
	if c >= commandCount {
		return nil
	}
	specs.once.Do(spellOut)
	return specs.of[f&1][c]
}

func spellOut() {
	for c := Command(0); c < commandCount; c++ {
		specs.of[Arduino][c] = rowOf(c, Arduino).spec(c, Arduino)
		specs.of[Adafruit][c] = rowOf(c, Adafruit).spec(c, Adafruit)
	}
}

func (r row) spec(c Command, f Family) *Spec {
	if r == unknown {
		return nil
	}
	s := &Spec{Name: c.Name(f), Reply: r.reply.params(), Kind: r.kind, Since: r.since, Slow: r.slow}
	for i := 0; ; i++ {
		f, ok := r.form(i)
		if !ok {
			return s
		}
		s.Forms = append(s.Forms, Form{
			Sender: f.sender, Announce: f.announce, Params: f.params.params(), Pad: f.pad, layout: f.params})
	}
}
