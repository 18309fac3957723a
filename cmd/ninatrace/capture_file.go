package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture/live"
)

// A keeper says where a capture goes. Bytes go to the file as they come, so
// that the process may be killed at any instant.
type keeper struct {
	name          string
	force, append bool
	rotate        int64 // size of a part; 0: one file
}

// check refuses what can't be meant.
func (k *keeper) check(cmd *cobra.Command) error {
	switch {
	case k.force && k.append:
		return usage(cmd, "--force and --append exclude each other")
	case k.append && k.zip() && k.rotate == 0:
		return usage(cmd, "--append can't go on in a compressed file; ninatrace cat joins two")
	case k.rotate > 0 && k.name == "-":
		return usage(cmd, "--rotate needs files, not the standard output")
	case k.rotate > 0 && k.force:
		return usage(cmd, "--rotate replaces no files; --append goes on with the next number")
	}
	return nil
}

// open opens the file, or the first of many.
func (k *keeper) open(out io.Writer) (io.WriteCloser, error) {
	switch {
	case k.name == "-":
		return keep{out}, nil
	case k.rotate > 0:
		return k.parts()
	}
	return k.whole()
}

// whole opens one file, which is compressed if its name says so.
func (k *keeper) whole() (io.WriteCloser, error) {
	f, err := k.file()
	if err != nil || !k.zip() {
		return f, err
	}
	return newZipFile(f), nil
}

func (k *keeper) zip() bool { return strings.HasSuffix(k.name, ".zst") }

// A keep is a writer that stays open.
type keep struct{ io.Writer }

// Close implements io.Closer.
func (keep) Close() error { return nil }

// file opens one file. What is no regular file, such as a pipe or a device, is
// written to as it is.
func (k *keeper) file() (*os.File, error) {
	flags := os.O_WRONLY | os.O_CREATE
	info, err := os.Stat(k.name)
	switch {
	case err == nil && !info.Mode().IsRegular():
		flags = os.O_WRONLY
	case k.append:
		flags |= os.O_APPEND
	case k.force:
		flags |= os.O_TRUNC
	default:
		flags |= os.O_EXCL
	}
	f, err := os.OpenFile(k.name, flags, 0o666)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, &hintedError{outputFailed(k.name, err), "--append goes on in it, --force replaces it"}
	case err != nil:
		return nil, outputFailed(k.name, err)
	case k.append && info != nil && info.Size() > 0:
		if _, err := f.Write([]byte{0}); err != nil { // it may end inside a frame
			return nil, outputFailed(k.name, errors.Join(err, f.Close()))
		}
	}
	return f, nil
}

// parts opens the first of many files, x-001.nina for x.nina.
func (k *keeper) parts() (io.WriteCloser, error) {
	n, err := k.last()
	if err != nil {
		return nil, outputFailed(k.name, err)
	}
	if n > 0 && !k.append {
		err := outputFailed(k.part(n), fs.ErrExist)
		return nil, &hintedError{err, "--append goes on with the next number"}
	}
	return live.NewParts(k.rotate, func() (io.WriteCloser, error) {
		n++
		one := keeper{name: k.part(n)}
		return one.whole()
	})
}

// stem returns the name of the output without its endings, and these.
func (k *keeper) stem() (stem, ending string) {
	stem = strings.TrimSuffix(k.name, ".zst")
	stem = strings.TrimSuffix(stem, filepath.Ext(filepath.Base(stem)))
	return stem, k.name[len(stem):]
}

// part returns the name of a part.
func (k *keeper) part(n int) string {
	stem, ending := k.stem()
	return fmt.Sprintf("%s-%03d%s", stem, n, ending)
}

// last returns the highest number of the parts there are, 0 if there are none.
func (k *keeper) last() (int, error) {
	entries, err := os.ReadDir(filepath.Dir(k.name))
	last := 0
	stem, ending := k.stem()
	for _, e := range entries {
		text, ok := strings.CutPrefix(e.Name(), filepath.Base(stem)+"-")
		text, is := strings.CutSuffix(text, ending)
		if n, err := strconv.Atoi(text); ok && is && err == nil {
			last = max(last, n)
		}
	}
	return last, err
}
