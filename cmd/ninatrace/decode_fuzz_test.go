package main

import (
	"bytes"
	"os"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// decodeFlags are what FuzzDecode takes flags from.
var decodeFlags = []string{
	"--json", "--all", "--utc", "--errors", "--payload=-1", "--payload=0", "--payload=999999", "--follow", "--sock=0,1,54",
	"--cmd=GET_CONN_STATUS,0x45", "--cmd=x\x1b[2J", "--since=1s", "--since=#3", "--until=#9", "--until=800ms", "--since=-\x1b]0;x\x07",
	`--filter=text contains "a" || line matches "[a-z]+=\\d"`, `--filter=finding != "" or op == "Recv"`, "--filter=\x1b[31m", "--color=\x9b2J",
}

// Whatever the file and the flags, decode ends, and no control character
// reaches the terminal.
func FuzzDecode(f *testing.F) {
	trace, err := os.ReadFile(httpGet)
	require.NoError(f, err)
	for i := range decodeFlags {
		f.Add(trace, uint32(1)<<i)
	}
	f.Add(trace[:len(trace)/2], uint32(3))
	f.Fuzz(func(t *testing.T, file []byte, chosen uint32) {
		args := []string{"decode"}
		for i, flag := range decodeFlags {
			if chosen>>i&1 == 1 {
				args = append(args, flag)
			}
		}
		var out, errs bytes.Buffer
		code := run(t.Context(), append(args, "-"), bytes.NewReader(file), &out, &errs)
		require.Contains(t, []int{exitGood, exitUsage}, code)
		for _, text := range []string{out.String(), errs.String()} {
			require.True(t, utf8.ValidString(text), "%q", text)
			for _, r := range text {
				require.True(t, r == '\n' || unicode.IsGraphic(r), "%q", text)
			}
		}
	})
}
