package wifinina

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func TestAProfileFollowsFromTheVersion(t *testing.T) {
	arduino := func(v wire.Version) profile {
		return profile{family: wire.Arduino, version: v, slots: 10, macReversed: true, scanLeaves: true}
	}
	adafruit := func(v wire.Version) profile {
		return profile{family: wire.Adafruit, version: v, slots: 6, bsd: true, reportsOnce: true, rawEncryption: true,
			scansAll: true, stationStatus: true, entSteps: true, adcByPin: true}
	}
	with := func(p profile, change func(*profile)) profile { change(&p); return p }
	for text, want := range map[string]profile{
		"1.4.8\x00":               arduino(wire.V(1, 4, 8)),
		"1.5.0\x00":               with(arduino(wire.V(1, 5, 0)), func(p *profile) { p.bsd = true }),
		"2.0.0\x00":               with(arduino(wire.V(2, 0, 0)), func(p *profile) { p.bsd, p.reportsOnce = true, true }),
		"1.7.7\x00":               {family: wire.Adafruit, version: wire.V(1, 7, 7), slots: 10, macReversed: true, scanLeaves: true, entSteps: true, adcByPin: true},
		"3.3.0\x00":               adafruit(wire.V(3, 3, 0)),
		"2.0.0-rc.0+adafruit\x00": adafruit(wire.V(2, 0, 0)),
	} {
		assert.Equal(t, want, profileOf([]byte(text)), text)
	}
}
