package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture/live"
	"github.com/ninatrace/ninatrace/internal/endpoint"
)

// run captures until somebody ends it.
func (j *captureJob) run(cmd *cobra.Command) error {
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	if j.duration > 0 {
		ctx, cancel = context.WithTimeout(ctx, j.duration)
		defer cancel()
	}
	text := cmd.OutOrStdout()
	if j.name == "-" {
		text = cmd.ErrOrStderr()
	}
	s := newScreen(text, cmd.ErrOrStderr(), j.port == "-")
	r := &reporter{screen: s, source: j.port, start: time.Now()}
	r.view = &view{screen: s, decode: j.decode, log: j.format == formatLog, color: colorful(text), limit: j.exchanges, enough: cancel}
	err := j.keep(ctx, cmd, r)
	if showing := s.close(); err == nil && showing != nil {
		err = outputFailed("the text", showing)
	}
	if !r.begun {
		return err
	}
	return j.sum(cmd, r, err)
}

// keep brings what the port sends into the file.
func (j *captureJob) keep(ctx context.Context, cmd *cobra.Command, r *reporter) error {
	line, err := j.connect(ctx, cmd, r)
	if err != nil {
		return err
	}
	defer line.Close()
	file, err := j.open(cmd.OutOrStdout())
	if err != nil {
		return err
	}
	if r.screen.live {
		r.screen.warn("capturing %s into %s; Ctrl-C ends it", inputName(j.port), j.name)
	}
	err = r.follow(line, namedWriter{file, j.name})
	if closing := file.Close(); err == nil && closing != nil {
		err = outputFailed(j.name, closing)
	}
	return err
}

// sum tells what was captured. If that is nothing although there was no error,
// that is a finding.
func (j *captureJob) sum(cmd *cobra.Command, r *reporter, err error) error {
	g := r.view.glance()
	warn(cmd.ErrOrStderr(), "%s", summary(j.name, time.Since(r.start), r.came.Load(), &g))
	if err == nil && !g.frames {
		warn(cmd.ErrOrStderr(), "there is no trace in it: not one frame came")
		return errFinding
	}
	return err
}

// connect opens the line.
func (j *captureJob) connect(ctx context.Context, cmd *cobra.Command, r *reporter) (*live.Line, error) {
	if j.port == "-" {
		return live.Open(ctx, live.Config{Once: true, Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(cmd.InOrStdin()), nil
		}})
	}
	if !strings.HasPrefix(j.port, "tcp:") {
		r.baud = j.baud
	}
	line, err := live.Open(ctx, live.Config{
		Open: func(ctx context.Context) (io.ReadCloser, error) { return endpoint.Open(ctx, j.endpoint) },
		Lost: r.lineLost,
		Back: r.lineBack,
	})
	switch {
	case err == nil:
		return line, nil
	case cmd.Context().Err() != nil:
		return nil, cmd.Context().Err()
	}
	return nil, portError(cmd, err)
}
