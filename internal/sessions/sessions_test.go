package sessions

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every session runs, and leaves no secret in its trace.
func TestSessionsRun(t *testing.T) {
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			var trace bytes.Buffer
			require.NoError(t, s.Record(&trace))
			assert.NotZero(t, trace.Len())
			for _, secret := range []string{"not the passphrase", "\x09ninatrace\xEE"} {
				assert.NotContains(t, trace.String(), secret)
			}
		})
	}
}
