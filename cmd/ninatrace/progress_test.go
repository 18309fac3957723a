package main

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		read := int64(0)
		stop := progress(&out, 200e6, func() int64 { read += 50e6; return read })
		time.Sleep(2*progressEvery + 1)
		stop()
		assert.Equal(t, "\r\x1B[K25 %, 50.0 of 200.0 MB\r\x1B[K50 %, 100.0 of 200.0 MB\r\x1B[K", out.String())

		out.Reset()
		progress(&out, 0, nil)()
		assert.Empty(t, out.String(), "what takes no time tells nothing")
	})
	assert.Equal(t, "1.5 MB", progressText(1.5e6, 0))
	assert.Equal(t, "100 %, 3.0 of 3.0 MB", progressText(5e6, 3e6), "a session is read at many places")
}
