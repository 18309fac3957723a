package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
)

func TestProgressIsShownWhenItTakesLong(t *testing.T) {
	var screen strings.Builder
	var now time.Time
	p := &progress{w: &screen, now: func() time.Time { return now }, total: 10 << 20, next: now.Add(progressAfter)}
	p.add(1 << 20)
	p.stop()
	assert.Empty(t, screen.String(), "what is done soon shows nothing")
	for range 8 {
		now = now.Add(time.Second / 4)
		p.add(1 << 20)
		p.add(0)
	}
	p.stop()
	want := ""
	for _, n := range []string{"5", "6", "7", "8", "9"} {
		want += "\rninatrace: " + n + " of 10 MB read"
	}
	assert.Equal(t, want+"\r\x1b[K", screen.String())
}

func TestNoProgressWithoutATerminal(t *testing.T) {
	cmd := &cobra.Command{}
	cmd.SetErr(io.Discard)
	p := startProgress(cmd, "x.nina")
	assert.Nil(t, p)
	p.add(1)
	p.stop()
}
