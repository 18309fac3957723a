package lint

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/internal/jsondoc"
)

func TestTheKeysAreDocumented(t *testing.T) {
	f := Finding{Rule: &register[0], Exchanges: []int{1}, Again: 1}
	assert.ElementsMatch(t, jsondoc.Keys(t, "../..", "lint --json"), jsondoc.KeysOf(t, &f))
	assert.ElementsMatch(t, jsondoc.Keys(t, "../..", "lint --rules --json"), jsondoc.KeysOf(t, &register[0]))
}
