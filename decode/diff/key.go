package diff

import (
	"hash/maphash"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// seed is that of all keys.
var seed = maphash.MakeSeed()

// A keyer makes keys of what happened: equal ones of what is not different.
type keyer struct {
	h     maphash.Hash
	all   bool // nothing is volatile
	names names
	told  told
}

func newKeyer(all bool) keyer {
	k := keyer{all: all}
	k.h.SetSeed(seed)
	return k
}

// reset forgets what belongs to one run of the coprocessor.
func (k *keyer) reset() { k.names, k.told = names{}, told{} }

// What stands in a key for a value that is volatile.
const (
	given  = "\x01given" // ports
	toldSo = "\x02told"  // addresses
	nobody = "\x03none"  // no address
)

func (k *keyer) number(n int64) {
	maphash.WriteComparable(&k.h, n)
}

// text adds a text with its end.
func (k *keyer) text(s string) {
	k.number(int64(len(s)))
	k.h.WriteString(s)
}

func (k *keyer) bytes(b []byte) {
	k.number(int64(len(b)))
	k.h.Write(b)
}

// exchange returns the key of an exchange, and that of its command and socket.
func (k *keyer) exchange(ex *decode.Exchange) (key, kind uint64) {
	k.h.Reset()
	k.text(ex.Name())
	for i := range ex.Args {
		if ex.Request.Message.Param(i).Name == "sock" {
			k.sock(uint8(ex.Args[i].Int()))
		}
	}
	kind = k.h.Sum64()
	k.number(int64(ex.Status))
	for i := range ex.Args {
		k.arg(ex.Cmd, ex.Request.Message.Param(i), ex.Args[i])
	}
	for i := range ex.Results {
		k.result(ex.Cmd, ex.Reply.Message.Param(i), ex.Results[i])
	}
	for _, f := range ex.Findings {
		k.text(f)
	}
	if ex.Status == decode.Malformed {
		k.bytes(ex.Request.Bytes)
		k.bytes(ex.Reply.Bytes)
	}
	k.follow(ex)
	return k.h.Sum64(), kind
}

// follow learns which sockets there are after an exchange, and which addresses
// the program knows.
func (k *keyer) follow(ex *decode.Exchange) {
	if ex.Status != decode.OK {
		return
	}
	for i, v := range ex.Results {
		if ex.Reply.Message.Param(i).Type == wire.IPv4 {
			k.told.add(v.Int())
		}
	}
	if len(ex.Results) > 0 {
		if sock, ok := opens(ex.Cmd, ex.Results[0].Int()); ok {
			k.names.open(sock)
		}
	}
	if closes(ex.Cmd) && len(ex.Args) > 0 {
		k.names.close(uint8(ex.Args[0].Int()))
	}
}

// sock adds a slot or descriptor by its name.
func (k *keyer) sock(n uint8) {
	if !k.all {
		n = k.names.name(n)
	}
	k.number(int64(n))
}

// arg adds an argument.
func (k *keyer) arg(c wire.Command, p wire.Param, v wire.Value) {
	k.text(p.Name)
	switch {
	case k.all:
		k.value(p, v)
	case p.Name == "sock": // it is in the key of the command
	case p.Name == "port":
		k.port(uint16(v.Int()))
	case p.Type == wire.IPv4:
		k.ip(v.Int())
	case wire.ArgVolatile(c, p.Name) == 0:
		k.value(p, v)
	}
}

// result adds a value of the reply. Whether a socket was given out counts.
func (k *keyer) result(c wire.Command, p wire.Param, v wire.Value) {
	k.text(p.Name)
	_, opened := opens(c, v.Int())
	switch {
	case k.all, wire.ResultVolatile(c, p.Name) == 0:
		k.value(p, v)
	case p.Name == "sock", p.Name == "fd":
		maphash.WriteComparable(&k.h, opened)
	}
}

func (k *keyer) value(p wire.Param, v wire.Value) {
	if p.Type.Number() {
		k.number(v.Int())
	} else {
		k.bytes(v.Bytes())
	}
}

// port adds a port that a program gave, or its system.
func (k *keyer) port(n uint16) {
	if n >= FirstGivenPort && !k.all {
		k.text(given)
	} else {
		k.number(int64(n))
	}
}

// ip adds an address that a program knows by itself, or was told.
func (k *keyer) ip(n int64) {
	if k.told.has(n) && !k.all {
		k.text(toldSo)
	} else {
		k.number(n)
	}
}
