package ledger

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/capture"
)

// Exchanges about the network.
var (
	join       = ask("E01102 04686F6D65 087365637265743132 EE", "E091010101EE")
	joinSame   = join
	startAP    = ask("E01802 026170 0106 EE", "E098010101EE")
	refuseAP   = ask("E01802 026170 0106 EE", "E098010100EE")
	disconnect = ask("E0300101FFEE", "E0B0010101EE")
)

func status(code string) []capture.Record { return ask("E02000EE", "E0A00101"+code+"EE") }

func reason(code string) []capture.Record { return ask("E01F00EE", "E09F0101"+code+"EE") }

func TestLink(t *testing.T) {
	adafruit := ask("E03700EE", "E0B70106332E332E3000EE")
	for name, c := range map[string]struct {
		steps steps
		want  []string
	}{
		"a join": {steps{join, status("01"), status("01"), status("03"), status("03")}, []string{
			`1 link joining "home" NONE`, `2 link joining "home" NONE`, `4 link up "home" NONE`}},
		"a wrong passphrase": {steps{join, status("06"), reason("0F"), reason("0F"), joinSame}, []string{
			`1 link joining "home" NONE`, `2 link failed "home" NONE`, `3 link failed "home" 4WAY_HANDSHAKE_TIMEOUT`,
			`5 link joining "home" NONE`}},
		"a drop": {steps{join, status("03"), status("06"), reason("C8")}, []string{
			`1 link joining "home" NONE`, `2 link up "home" NONE`, `3 link down "home" NONE`, `4 link down "home" BEACON_TIMEOUT`}},
		"left": {steps{join, status("03"), disconnect}, []string{
			`1 link joining "home" NONE`, `2 link up "home" NONE`, `3 link down "home" NONE`}},
		"a scan takes the network": {steps{status("03"), status("02")}, []string{`1 link up "" NONE`, `2 link down "" NONE`}},
		"no such network, by Adafruit": {steps{adafruit, join, status("00"), status("01")}, []string{
			`2 link joining "home" NONE`, `3 link joining "home" NONE`, `4 link failed "home" NONE`}},
		"an access point": {steps{startAP, status("07"), status("08")}, []string{
			`1 link ap starting "ap" NONE`, `2 link ap up "ap" NONE`, `3 link ap up "ap" NONE`}},
		"one that is refused":              {steps{refuseAP}, []string{`1 link ap failed "ap" NONE`}},
		"a reset":                          {steps{status("03"), reset}, []string{`1 link up "" NONE`, `0 link unknown "" NONE`}},
		"a reason while all is well":       {steps{status("03"), reason("08")}, []string{`1 link up "" NONE`}},
		"a reply that nobody can make out": {steps{ask("E02000EE", "00000000")}, nil},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, events(t, c.steps...)) })
	}
}

// When the network goes, the firmware closes connections, but not what listens
// or is for datagrams, and nothing for reasons 201 and 202 (reference §4.0,
// quirk 5).
func TestLinkTakesConnections(t *testing.T) {
	up := status("03")
	serve1, bind2 := serve, ask("E02803 020957 0102 0101 EE", "E0A8010101EE")
	lost := events(t, up, dial, serve1, bind2, status("06"), closed0, stop1, ask("E02E010102EE", "E0AE010101EE"))
	assert.Contains(t, lost, "6 closed 1 tcp 192.168.1.10:80 0/0 link lost")
	assert.Contains(t, lost, "7 closed 2 listener at 80 0/0 host lives on")
	assert.Contains(t, lost, "8 closed 3 udp at 2391 0/0 host")
	assert.Contains(t, events(t, up, dial, status("04"), stop0), "4 closed 1 tcp 192.168.1.10:80 0/0 host")
	assert.Contains(t, events(t, up, dial, disconnect, stop0), "4 closed 1 tcp 192.168.1.10:80 0/0 link lost")
}

func TestNames(t *testing.T) {
	asked := ask("E03401 0B6578616D706C652E6F7267 EE", "E0B4010101EE")
	told := ask("E03500EE", "E0B50104C0A8010AEE")
	named := "0 closed 1 tcp 192.168.1.10:80 example.org 0/0 end of trace leaked"
	bare := "0 closed 1 tcp 192.168.1.10:80 0/0 end of trace leaked"
	assert.Contains(t, events(t, asked, told, dial), named)
	assert.Contains(t, events(t, ask("E03401 0B6578616D706C652E6F7267 EE", "E0B4010100EE"), told, dial), bare, "the lookup has failed")
	assert.Contains(t, events(t, asked, told, reset, dial), bare, "another network")
	byName := ask("E02D05 0B6578616D706C652E6F7267 0400000000 0201BB 0100 0102 EE", "E0AD010101EE")
	assert.Contains(t, events(t, byName, remote), "0 closed 1 tls 192.168.1.50:51234 example.org 0/0 end of trace leaked")
}
