package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/capture/logic"
)

func TestWhatIsOddAboutAnImportIsTold(t *testing.T) {
	told := func(s logic.Stats) string {
		var errs bytes.Buffer
		cmd := &cobra.Command{}
		cmd.SetErr(&errs)
		reportLogic(&s)(cmd)
		return errs.String()
	}
	assert.Equal(t, "ninatrace: imported 2 chip-select windows, 1 byte, 0 line changes in 1s\n",
		told(logic.Stats{Windows: 2, Bytes: 1, Duration: time.Second, PerBit: 4}))
	assert.Equal(t, `ninatrace: imported 9 chip-select windows, 0 bytes, 0 line changes in 0s
ninatrace: channels: clk=D0 (guessed by what it does), cs=X
ninatrace: the file does not say where windows end: a pause of more than 5µs was taken for it; --pause sets it
ninatrace: sampled too slowly: 3.0 samples a bit, where bytes are sure with 4; record anew at a higher rate
ninatrace: 3 windows incomplete: part of it is not in the file
ninatrace: 1 window ended in the middle of a byte
ninatrace: 1 place in which the analyser lost the clock
ninatrace: 2 pulses left out as a glitch
ninatrace: the file ends in the middle of a row or a sample
`, told(logic.Stats{Windows: 9, Incomplete: 3, Partial: 1, Troubles: 1, Glitches: 2, PerBit: 3, Pause: 5000, Cut: true,
		Channels: []logic.Channel{{Line: "cs", Name: "X"}, {Line: "clk", Name: "D0", Guessed: true}}}))
}
