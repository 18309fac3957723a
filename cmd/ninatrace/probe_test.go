package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus/link"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// endpointOf returns the name of a server that does something with its first
// connection.
func endpointOf(t *testing.T, do func(net.Conn)) string {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		if conn, err := l.Accept(); err == nil {
			defer conn.Close()
			do(conn)
		}
	}()
	return "tcp://" + l.Addr().String()
}

// powered is a coprocessor on a connection.
func powered(t *testing.T) func(net.Conn) {
	chip := emulator.New(emulator.Config{})
	t.Cleanup(func() { _ = chip.Close() })
	return func(conn net.Conn) { _ = link.Serve(conn, chip, "a module") }
}

// Whatever the other end does or does not, an interrupt ends what waits for it,
// and what was recorded up to then is kept.
func TestInterruptEndsAProbe(t *testing.T) {
	asked := make(chan bool)
	name := endpointOf(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1))
		close(asked)
		_, _ = io.Copy(io.Discard, conn)
	})
	trace := filepath.Join(t.TempDir(), "x.nina")
	ctx, interrupt := context.WithCancel(t.Context())
	var out, errs bytes.Buffer
	code := make(chan int)
	go func() { code <- run(ctx, []string{"probe", "--bus", name, "-o", trace}, nil, &out, &errs) }()
	<-asked
	interrupt()
	select {
	case got := <-code:
		assert.Equal(t, exitInterrupted, got)
		assert.Equal(t, "ninatrace: interrupted\n", errs.String())
		assert.Empty(t, out.String())
	case <-time.After(soon):
		t.Fatal("still waiting")
	}
	_, err := os.Stat(trace)
	assert.NoError(t, err)
}

func TestProbeOfWhatIsNoLink(t *testing.T) {
	name := endpointOf(t, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "220 mail.test ESMTP\r\n")
		_, _ = io.Copy(io.Discard, conn)
	})
	var out, errs bytes.Buffer
	assert.Equal(t, exitFinding, run(t.Context(), []string{"probe", "--bus", name}, nil, &out, &errs))
	assert.Regexp(t, `^FAIL  link             the link to the coprocessor failed: bus link: .*\n$`, out.String())
	assert.Empty(t, errs.String())
}

func TestVerdictsThatCannotBeWrittenEndAProbe(t *testing.T) {
	var errs bytes.Buffer
	assert.Equal(t, exitUsage, run(t.Context(), []string{"probe", "--bus", endpointOf(t, powered(t))}, nil, full{}, &errs))
	assert.Equal(t, "ninatrace: cannot write standard output: no room\n", errs.String())
}

// With the trace on the standard output the verdicts go to the other.
func TestTraceOfAProbeIntoAPipe(t *testing.T) {
	var out, errs bytes.Buffer
	require.Equal(t, exitGood, run(t.Context(), []string{"probe", "--bus", endpointOf(t, powered(t)), "-o", "-"}, nil, &out, &errs))
	assert.Contains(t, errs.String(), "ok    link             \"a module\"\n")
	assert.NotContains(t, errs.String(), "FAIL")
	var text bytes.Buffer
	require.Equal(t, exitGood, run(t.Context(), []string{"decode", "-"}, &out, &text, io.Discard))
	assert.Contains(t, text.String(), "GET_FW_VERSION")
}
