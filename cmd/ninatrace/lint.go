package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/lint"
)

// lintFlags is what the user wants of lint.
type lintFlags struct {
	asJSON bool
	list   bool
	only   []string
	failOn string
}

func newLint() *cobra.Command {
	f := lintFlags{failOn: lint.Error.String()}
	cmd := &cobra.Command{
		Use:   "lint FILE | lint --rules",
		Short: "Find what went wrong in a trace, and say what to do about it",
		Long: `lint looks through a trace for what is known to go wrong between a board and
its coprocessor: frames that are damaged or padded wrong, replies that nobody
read, sockets that leak, short sends whose rest was lost, joins that cannot
succeed, and more. Each finding says when, in which exchanges and what happened;
the first of each rule also why that matters and what to do. The same found
again is counted.

docs/lint.md describes the rules; --rules lists them. A rule that concerns some
releases of the firmware alone keeps silent about others, and its findings are
one step less severe while the trace has not told which it is (GET_FW_VERSION,
or a label "firmware").

Exit status: 1 if something was found that is as bad as --fail-on or worse, 2 if
there is no trace in FILE.`,
		Example: `  ninatrace lint session.nina
  ninatrace lint --fail-on warning session.nina
  ninatrace lint --rule slot-leak --rule NT301 session.nina
  ninatrace lint --json session.nina | jq 'select(.severity == "error")'
  ninatrace lint --rules`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.list {
				return noFiles(cmd, args)
			}
			return oneFile(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runLint(cmd, args, &f) },
	}
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "one JSON object for each finding, or rule, see docs/json.md")
	cmd.Flags().BoolVar(&f.list, "rules", false, "list the rules")
	cmd.Flags().StringSliceVar(&f.only, "rule", nil, "look for this alone: an ID or a name; may be given again (default all)")
	cmd.Flags().StringVar(&f.failOn, "fail-on", f.failOn, "what makes the exit status 1: note, warning or error")
	_ = cmd.RegisterFlagCompletionFunc("rule", cobra.FixedCompletions(ruleCompletions(), cobra.ShellCompDirectiveNoFileComp))    // made above
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(lint.Severities(), cobra.ShellCompDirectiveNoFileComp)) // made above
	return cmd
}

// ruleCompletions returns the IDs and names of the rules.
func ruleCompletions() (list []cobra.Completion) {
	for _, r := range lint.Rules() {
		list = append(list, cobra.CompletionWithDesc(r.ID, r.Name), cobra.CompletionWithDesc(r.Name, r.Title))
	}
	return list
}

func runLint(cmd *cobra.Command, args []string, f *lintFlags) error {
	failOn, err := lint.ParseSeverity(f.failOn)
	if err != nil {
		return usage(cmd, "--fail-on is note, warning or error")
	}
	rules, err := chosenRules(f.only)
	if err != nil {
		return &hintedError{err, "ninatrace lint --rules lists them"}
	}
	return writeOutput(cmd, "-", func(out *bufio.Writer) error {
		if f.list {
			return listRules(out, rules, f.asJSON)
		}
		v := &lintView{out: out, color: colorful(cmd.OutOrStdout()), asJSON: f.asJSON, told: map[*lint.Rule]bool{}}
		if err := lintTrace(cmd, args[0], rules, v); err != nil {
			return err
		}
		for s := failOn; s <= lint.Error; s++ {
			if v.counts[s] > 0 {
				return errFinding
			}
		}
		return nil
	})
}

// chosenRules returns the rules of some IDs or names, all for none.
func chosenRules(only []string) (rules []*lint.Rule, err error) {
	if len(only) == 0 {
		return lint.Rules(), nil
	}
	for _, name := range only {
		r, err := lint.Find(name)
		if err != nil {
			return nil, err
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// lintTrace shows what is found in a trace.
func lintTrace(cmd *cobra.Command, name string, rules []*lint.Rule, v *lintView) error {
	return withTrace(cmd, name, v.out, func(dec *decode.Decoder) error {
		l := lint.New(rules, v.finding)
		err := each(dec, func(ev *decode.Event) error {
			l.Add(ev)
			v.exchanges = max(v.exchanges, ev.Exchange.N)
			return v.err
		})
		if err != nil {
			return err
		}
		l.Close()
		v.summary(l.Firmware())
		return v.err
	})
}

// listRules prints the register.
func listRules(out io.Writer, rules []*lint.Rule, asJSON bool) error {
	for _, r := range rules {
		line := fmt.Sprintf("%s  %-7s  %-27s  %s\n", r.ID, r.Severity, r.Name, r.Title)
		if asJSON {
			text, err := json.Marshal(r)
			if err != nil {
				return err
			}
			line = string(text) + "\n"
		}
		if _, err := io.WriteString(out, line); err != nil {
			return err
		}
	}
	return nil
}
