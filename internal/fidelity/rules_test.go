package fidelity

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// TestRules: each rule excuses its values and nothing else.
func TestRules(t *testing.T) {
	shown := map[string]bool{}
	for _, c := range []struct {
		rule      string
		cmd       wire.Command
		want, got string
	}{
		{"time", wire.GetTime, "e0bb0104070a036bee", "e0bb0104080a036bee"},
		{"", wire.GetTime, "e0bb0104070a036bee", "e0bb0104090a036bee"},
		{"", wire.GetTime, "e0bb0104070a036bee", "e0bb010400000000ee"},
		{"strength", wire.GetCurrRSSI, "e0a50104d1ffffffee", "e0a50104c0ffffffee"},
		{"", wire.GetCurrRSSI, "e0a50104d1ffffffee", "e0a5010400000000ee"},
		{"", wire.GetCurrRSSI, "e0a50104d1ffffffee", "e0a50104c0fffffeee"},
		{"nobody accepted", wire.SocketAccept, "e0f50301ff0401020304020506ee", "e0f50301ff0400000000020000ee"},
		{"", wire.SocketAccept, "e0f50301370401020304020506ee", "e0f50301370400000000020000ee"},
		{"nothing received", wire.SocketRecvFrom, "e0fa03000401020304000205060000ee", "e0fa03000400000000000200000000ee"},
		{"", wire.SocketRecvFrom, "e0fa0300040102030400020506000161ee", "e0fa0300040000000000020000000161ee"},
		{"no peer", wire.SocketGetPeerName, "e0ff0301000401020304020506ee", "e0ff0301000400000000020000ee"},
		{"", wire.SocketGetPeerName, "e0ff0301010401020304020506ee", "e0ff0301010400000000020000ee"},
		{"", wire.SocketGetPeerName, "e0ff0301000401020304020506ee", "e0ff0301000400000000020000ee00"},
		{"", wire.SocketGetPeerName, "e0ff0301000401020304020506ee", "e0ff0301000400000000030000ee"},
		{"", wire.GetSocket, "e0bf010100ee", "e0bf010101ee"},
	} {
		got := ""
		if r := excuse(&exchange{cmd: c.cmd, out: unhex(t, c.want)}, unhex(t, c.got)); r != nil {
			got = r.name
		}
		assert.Equal(t, c.rule, got, "%s for %s", c.got, c.want)
		shown[got] = true
	}
	assert.False(t, slices.ContainsFunc(rules, func(r rule) bool { return !shown[r.name] }), "a rule without a test")
}

// TestExcused: what is excused is counted by its rule, and is no difference.
func TestExcused(t *testing.T) {
	result := played(t, script(t, "excused", joined+`
		e0250101ffeeffff -> e0a50104d1ffffffee
		e0250101ffeeffff -> e0a50104d0ffffffee
		e0700201020100ee -> e0f0010136ee
		e07b0301360 47e660480 0401000000 ee -> e0fb010401000000ee
		e07a020136 02 0400 eeffffff -> e0fa03 0004 7fae1b33 0002 3412 0000 ee`))
	assert.Equal(t, [3]int{Equal: result.Compared() - 2, Excused: 2}, result.Count)
	assert.Equal(t, map[string]int{"strength": 1, "nothing received": 1}, result.Rules)
}
