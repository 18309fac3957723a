package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"go.bug.st/serial"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/live"
	"github.com/ninatrace/ninatrace/capture/ninalog"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// follow keeps what a line sends in a file until its end, and shows on the way
// what it is. The file comes first.
func (r *reporter) follow(line io.Reader, file io.Writer) error {
	r.begun = true
	feed := live.NewFeed(r.view.early)
	var watching sync.WaitGroup
	done := make(chan struct{})
	watching.Go(func() { r.view.watch(feed) })
	watching.Go(func() { r.run(done) })
	out, in := io.MultiWriter(file, feed), meter{line, r}
	var err error
	if r.view.log {
		err = r.convert(out, in)
	} else {
		_, err = io.Copy(out, in)
	}
	_ = feed.Close()
	close(done)
	watching.Wait()
	return err
}

// A meter counts what comes.
type meter struct {
	line io.Reader
	r    *reporter
}

// Read implements io.Reader.
func (m meter) Read(p []byte) (int, error) {
	n, err := m.line.Read(p)
	m.r.came.Add(int64(n))
	return n, err
}

// convert makes a trace of the firmware's log.
func (r *reporter) convert(out io.Writer, log io.Reader) error {
	w, err := capture.NewWriter(out, time.Microsecond)
	if err != nil {
		return err
	}
	start := capture.Record{Wall: r.start, Labels: []capture.Label{{Key: "source", Value: "nina-log"}}}
	_, err = ninalog.Import(w, prompt{log, w}, start, ninalog.Options{
		Mask: wire.SecretSpans,
		Now:  func() time.Duration { return time.Since(r.start) },
	})
	return errors.Join(err, w.Close())
}

// A prompt is a log that may keep its reader waiting: what was read is written
// before.
type prompt struct {
	log io.Reader
	w   *capture.Writer
}

// Read implements io.Reader.
func (p prompt) Read(b []byte) (int, error) {
	if err := p.w.Flush(); err != nil {
		return 0, err
	}
	return p.log.Read(b)
}

// lineLost tells that the line was lost.
func (r *reporter) lineLost(err error) {
	r.lost.Store(time.Now().UnixNano())
	r.screen.warn("%s is lost: %v; waiting for it to come back", r.source, lossOf(err))
}

// lossOf says why a line was lost, where its error says little.
func lossOf(err error) error {
	var failed *serial.PortError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("it was closed at the other end")
	case errors.As(err, &failed) && failed.Code() == serial.PortClosed:
		return errors.New("it was unplugged")
	}
	return err
}

// lineBack tells that the line is there again, and returns what says so in the
// trace: console text, because a frame would be one of another recording. The
// zeros end the frame that was cut, and begin the next one. In a log it is a
// line.
func (r *reporter) lineBack(lost time.Time) []byte {
	r.lost.Store(0)
	away := time.Since(lost).Round(time.Millisecond)
	r.screen.warn("%s is back after %v", r.source, away)
	border := "\x00"
	if r.view.log {
		border = "\n"
	}
	return fmt.Appendf(nil, "%s[ninatrace: the line was lost at %s for %v]\n%s", border, lost.UTC().Format(time.RFC3339), away, border)
}
