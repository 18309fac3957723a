package lint_test

import (
	"fmt"
	"log"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/lint"
	"github.com/ninatrace/ninatrace/traces"
)

// What went wrong in a session.
func ExampleLinter() {
	trace, err := traces.FS.Open("join-failed.nina")
	if err != nil {
		log.Fatal(err)
	}
	l := lint.New(lint.Rules(), func(f *lint.Finding) {
		fmt.Println(f.Severity, f.Rule.ID, f.Exchanges, f.Text)
	})
	dec := decode.NewDecoder(trace)
	var ev decode.Event
	for dec.Next(&ev) == nil {
		l.Add(&ev)
	}
	l.Close()
	// Output:
	// error NT601 [2 4] the join has failed with status 4 (CONNECT_FAILED), reason 202 (AUTH_FAIL)
	// error NT602 [6 8] the join has failed with status 4 (CONNECT_FAILED), reason 201 (NO_AP_FOUND)
}
