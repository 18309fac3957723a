package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheDocumentIsThatOfTheRegister(t *testing.T) {
	var now bytes.Buffer
	write(&now)
	kept, err := os.ReadFile("../../docs/lint.md")
	require.NoError(t, err)
	assert.Equal(t, now.String(), string(kept), "run: go generate ./...")
}
