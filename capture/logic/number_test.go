package logic

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestSeconds(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"0": 0, "-0": 0, "1": 1e9, "1.": 1e9, ".5": 5e8, "-.5": -5e8, "0.762054901": 762054901,
		"0.000000004": 4, "0.00001376": 13760, "0.76212": 762120000,
		"4e-9": 4, "4E-09": 4, "1.5e+03": 1500e9, "1e0": 1e9, "0e99": 0,
		"0.0000000014": 1, "0.0000000015": 2, "0.00000000149999999999999999": 1,
		"-0.0000000015": -2, "1e-99": 0,
		"9007199.254740993":                          9007199254740993, // beyond what a float64 keeps
		"1034567890.123456789":                       1034567890123456789,
		"1034567890.1234567894":                      1034567890123456789,
		"00000000000000000000000000000000.000000001": 1,
		"1152921504.606846976":                       maxTime,
	} {
		got, ok := seconds(s)
		assert.True(t, ok, s)
		assert.Equal(t, want, got, s)
	}
	for _, s := range []string{"", "-", ".", "-.", "e5", "1e", "1e1e1", "1.2.3", "+1", "--1", "0x10", "1 ", "abc",
		"1e100", "1e-100", "1e10", "1152921504.606846977", "99999999999999999999", "NaN", "1_000"} {
		_, ok := seconds(s)
		assert.False(t, ok, s)
	}
}

func TestOctet(t *testing.T) {
	for s, want := range map[string]byte{"0": 0, "255": 255, "010": 10, "0x05": 5, "0XfF": 255, "0x0": 0, "0b101": 5} {
		got, ok := octet(s)
		assert.True(t, ok, s)
		assert.Equal(t, want, got, s)
	}
	for _, s := range []string{"", "256", "0x", "0x100", "-1", "+1", "0b2", "x", "0xG0", "1_0"} {
		_, ok := octet(s)
		assert.False(t, ok, s)
	}
}
