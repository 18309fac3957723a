package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func TestTheDocumentIsThatOfTheTable(t *testing.T) {
	var now bytes.Buffer
	write(&now)
	kept, err := os.ReadFile("../../docs/protocol.md")
	require.NoError(t, err)
	assert.Equal(t, now.String(), string(kept), "run: go generate ./...")
}

func TestEveryTypeHasAName(t *testing.T) {
	for typ := wire.U8; typ <= wire.Wrapped; typ++ {
		assert.NotEmpty(t, typeNames[typ], "type %d", typ)
	}
}
