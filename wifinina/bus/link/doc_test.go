package link_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus/link"
)

// The host in docs/buslink.md works as it stands there.
func TestTheHostInPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		require.NotEqual(t, "true", os.Getenv("CI"), "CI must have python3")
		t.Skip("no python3 on the PATH")
	}
	text, err := os.ReadFile("../../../docs/buslink.md")
	require.NoError(t, err)
	_, script, ok := strings.Cut(string(text), "```python\n")
	require.True(t, ok)
	script, _, ok = strings.Cut(script, "```")
	require.True(t, ok)
	file := filepath.Join(t.TempDir(), "host.py")
	require.NoError(t, os.WriteFile(file, []byte(script), 0o600))

	ended := make(chan error, 1)
	host, port, err := net.SplitHostPort(serve(t, &link.Server{
		PowerOn: emulators,
		Ended:   func(_ net.Addr, err error) { ended <- err },
	}))
	require.NoError(t, err)
	out, err := exec.CommandContext(t.Context(), python, file, host, port).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, "2.0.0", strings.TrimSpace(string(out)))
	assert.NoError(t, <-ended)
}
