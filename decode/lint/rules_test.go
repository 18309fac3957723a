package lint

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/text"
	"github.com/ninatrace/ninatrace/decode"
)

var update = flag.Bool("update", false, "write the findings in testdata")

// binary makes a trace of its text form.
func binary(t testing.TB, lines []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := capture.NewWriter(&buf, 1)
	require.NoError(t, err)
	r := text.NewReader(bytes.NewReader(lines))
	var rec capture.Record
	for {
		err := r.Next(&rec)
		if err == io.EOF {
			break
		}
		require.NoError(t, err, "line %d", r.Line())
		require.NoError(t, w.Write(&rec))
	}
	require.NoError(t, w.Close())
	return buf.Bytes()
}

// findings lints a trace by some rules.
func findings(t testing.TB, rules []*Rule, trace []byte) (list []*Finding) {
	t.Helper()
	l := New(rules, func(f *Finding) { list = append(list, f) })
	d := decode.NewDecoder(bytes.NewReader(trace))
	var ev decode.Event
	for {
		err := d.Next(&ev)
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		l.Add(&ev)
	}
	l.Close()
	return list
}

// lines shows findings, one a line.
func lines(list []*Finding) string {
	var b strings.Builder
	for _, f := range list {
		again := ""
		if f.Again > 0 {
			again = fmt.Sprintf(" (again %d times)", f.Again)
		}
		fmt.Fprintf(&b, "%.6f %v %s %s: %s%s\n", f.Time.Seconds(), f.Exchanges, f.Severity, f.Rule.Name, f.Text, again)
	}
	return b.String()
}

func has(list []*Finding, r *Rule) bool {
	return slices.ContainsFunc(list, func(f *Finding) bool { return f.Rule == r })
}

// cases is testdata/NAME.txtar of a rule: a trace in which it is found, what is
// found in that, and one in which it is not.
type cases struct {
	archive                      *txtar.Archive
	positive, negative, findings *txtar.File
}

func casesOf(t testing.TB, r *Rule) cases {
	a, err := txtar.ParseFile(filepath.Join("testdata", r.Name+".txtar"))
	require.NoError(t, err)
	require.Len(t, a.Files, 3)
	c := cases{a, &a.Files[0], &a.Files[2], &a.Files[1]}
	require.Equal(t, []string{"positive", "findings", "negative"}, []string{c.positive.Name, c.findings.Name, c.negative.Name})
	require.NotEmpty(t, a.Comment, "what the rule is about is told in front")
	return c
}

// Each rule finds what it is for and nothing in a session like it that is in
// order; nobody else finds it; and what it says is kept for people to review.
func TestEveryRule(t *testing.T) {
	for _, r := range Rules() {
		t.Run(r.Name, func(t *testing.T) {
			c := casesOf(t, r)
			positive, negative := binary(t, c.positive.Data), binary(t, c.negative.Data)
			got := findings(t, Rules(), positive)
			assert.True(t, has(got, r), "not found in:\n%s", lines(got))
			assert.Equal(t, r.Severity, severityOf(got, r), "its severity where the firmware is known")

			others := slices.DeleteFunc(Rules(), func(o *Rule) bool { return o == r })
			assert.False(t, has(findings(t, others, positive), r), "found without its check")
			alone := findings(t, []*Rule{r}, positive)
			assert.Equal(t, lines(slices.DeleteFunc(slices.Clone(got), func(f *Finding) bool { return f.Rule != r })), lines(alone))

			assert.Empty(t, lines(findings(t, []*Rule{r}, negative)))
			keepFindings(t, r, c, lines(got))
		})
	}
}

func severityOf(list []*Finding, r *Rule) Severity {
	for _, f := range list {
		if f.Rule == r {
			return f.Severity
		}
	}
	return 0
}

// keepFindings compares what was found with what is kept.
func keepFindings(t *testing.T, r *Rule, c cases, got string) {
	if *update {
		c.findings.Data = []byte(got)
		require.NoError(t, os.WriteFile(filepath.Join("testdata", r.Name+".txtar"), txtar.Format(c.archive), 0o644))
		return
	}
	assert.Equal(t, strings.ReplaceAll(string(c.findings.Data), "\r\n", "\n"), got)
}

// Nothing in testdata is of a rule that is gone.
func TestNoCasesAreLeftOver(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	for _, f := range files {
		_, err := Find(strings.TrimSuffix(filepath.Base(f), ".txtar"))
		assert.NoError(t, err)
	}
	assert.Len(t, files, len(register))
}
