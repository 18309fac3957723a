package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// A hintedError is an error that knows what to do about it.
type hintedError struct {
	error
	hint string
}

func (e *hintedError) Unwrap() error { return e.error }

// usage returns an error about how cmd was called.
func usage(cmd *cobra.Command, format string, args ...any) error {
	return &hintedError{fmt.Errorf(format, args...), cmd.CommandPath() + " --help shows how to use it"}
}

// oneFile is the check of the arguments of verbs with one input.
func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage(cmd, "%s takes one FILE (- for the standard input), not %d", cmd.Name(), len(args))
	}
	return nil
}

// someFiles is the check of the arguments of verbs with many inputs.
func someFiles(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage(cmd, "%s takes at least one FILE (- for the standard input)", cmd.Name())
	}
	return stdinOnce(cmd, args...)
}

// noFiles is the check of the arguments of verbs without input.
func noFiles(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(cmd, "%s takes no arguments", cmd.Name())
	}
	return nil
}

// stdinOnce refuses to read the standard input as two files.
func stdinOnce(cmd *cobra.Command, names ...string) error {
	n := 0
	for _, name := range names {
		if name == "-" {
			n++
		}
	}
	if n > 1 {
		return usage(cmd, "the standard input can be only one of the files")
	}
	return nil
}

// refuseUnknownVerbs makes a verb that does not exist an error, where cobra
// shows the help and calls it a success.
func refuseUnknownVerbs(root *cobra.Command) {
	for _, cmd := range append(root.Commands(), root) {
		if cmd.HasSubCommands() {
			cmd.Args = knownVerb
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
		if cmd.Name() == "help" {
			cmd.Args = func(_ *cobra.Command, args []string) error {
				verb, rest, _ := root.Find(args)
				return knownVerb(verb, rest)
			}
		}
	}
}

// knownVerb is the check of the arguments of commands that have verbs: what is
// left is none of them.
func knownVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := &hintedError{fmt.Errorf("%s has no verb %q", cmd.CommandPath(), args[0]), cmd.CommandPath() + " --help lists the verbs"}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		err.hint = fmt.Sprintf("did you mean %s %s?", cmd.CommandPath(), near[0])
	}
	return err
}
