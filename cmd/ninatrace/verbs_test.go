package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The verbs of the program, without those cobra adds.
func verbs(t *testing.T) []*cobra.Command {
	var list []*cobra.Command
	for _, cmd := range newRoot().Commands() {
		if name := cmd.Name(); name != "help" && name != "completion" {
			list = append(list, cmd)
		}
	}
	require.NotEmpty(t, list)
	return list
}

func TestEveryVerbHasExamplesThatParse(t *testing.T) {
	for _, verb := range verbs(t) {
		t.Run(verb.Name(), func(t *testing.T) {
			require.NotEmpty(t, verb.Example)
			for line := range strings.Lines(verb.Example) {
				checkExample(t, verb, line)
			}
		})
	}
}

// checkExample checks the part of a pipeline that calls the verb.
func checkExample(t *testing.T, verb *cobra.Command, line string) {
	_, call, found := strings.Cut(line, "ninatrace "+verb.Name())
	require.True(t, found, "the example %q calls another verb", line)
	call, _, _ = strings.Cut(call, "|")
	require.NoError(t, verb.ParseFlags(strings.Fields(call)), line)
	require.NoError(t, verb.ValidateArgs(verb.Flags().Args()), line)
	require.NoError(t, verb.ValidateRequiredFlags(), line)
}

func TestHelpFitsATerminal(t *testing.T) {
	for _, verb := range append(verbs(t), newRoot()) {
		for line := range strings.Lines(verb.Long) {
			assert.LessOrEqual(t, len(line), 81, "%s: %s", verb.Name(), line)
		}
	}
}
