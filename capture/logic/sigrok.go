package logic

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/bits"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// ImportSigrok reads a session file of sigrok (srzip, version 2: what PulseView
// saves and sigrok-cli writes) and writes what its logic channels say of the
// link to w: the bytes of SPI mode 0, most significant bit first, and the
// changes of READY, RESETN and GPIO0. Channels are known by their names or by
// o.Channels. Analog channels do not count.
//
// Everything else is as with [ImportSaleae]. A time is that of its sample,
// rounded to a nanosecond. The samples are read as a stream, in memory that
// does not grow with the file; r is read at the places where they are.
//
// What is no such file gives an [*ArchiveError], a [*RowError] about its
// metadata, or a [*ChannelError].
func ImportSigrok(w *capture.Writer, r io.ReaderAt, size int64, o Options) (Stats, error) {
	s, err := newSigrok(r, size)
	if err != nil {
		return Stats{}, err
	}
	stats, err := importLevels(w, s, &calendar{}, o)
	stats.Cut = s.units.cut
	return stats, err
}

// A sigrok is the sampler of a session file.
type sigrok struct {
	meta  *metadata
	units units
	mask  uint64
	last  uint64
	begun bool
}

func newSigrok(r io.ReaderAt, size int64) (*sigrok, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &ArchiveError{Sample: -1, Err: err}
	}
	version, err := member(archive, "version", 16)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(string(version)) != "2" {
		return nil, &ArchiveError{Member: "version", Sample: -1, Err: fmt.Errorf("%q, where 2 is known", shown(string(version)))}
	}
	text, err := member(archive, "metadata", maxMetadata)
	if err != nil {
		return nil, err
	}
	meta, err := newMetadata(text)
	if err != nil {
		return nil, err
	}
	s := &sigrok{meta: meta, mask: 1<<maxChannels - 1}
	s.units = units{size: meta.unitSize, buf: make([]byte, 1<<16)}
	s.units.src, err = newChunks(archive, meta.captureFile, size)
	return s, err
}

// member returns the text of a member that is at most most bytes long.
func member(archive *zip.Reader, name string, most int) ([]byte, error) {
	f, err := archive.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		err = errAbsent
	}
	if err != nil {
		return nil, &ArchiveError{Member: name, Sample: -1, Err: err}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err == nil && len(text) > most {
		err = fmt.Errorf("longer than %d bytes", most)
	}
	if err != nil {
		return nil, &ArchiveError{Member: name, Sample: -1, Err: err}
	}
	return text, nil
}

func (s *sigrok) channels() []string    { return s.meta.names }
func (s *sigrok) watch(channels uint64) { s.mask = channels }

func (s *sigrok) interval() time.Duration { return time.Duration(1e9 / s.meta.rate) }

// next implements sampler.
func (s *sigrok) next(out *sample) error {
	var err error
	if !s.begun {
		s.last, err = s.units.first()
		s.begun = true
	} else {
		s.last, err = s.units.change(s.last, s.mask)
	}
	if err == io.EOF {
		return err
	}
	at, ok := s.time(s.units.n - 1)
	if err == nil && !ok {
		err = errors.New("a time of more than 36 years")
	}
	if err != nil {
		return &ArchiveError{Member: s.units.src.name(), Sample: s.units.n, Err: err}
	}
	*out = sample{at, s.last}
	return nil
}

// time returns when a sample was taken, rounded.
func (s *sigrok) time(n int64) (time.Duration, bool) {
	hi, lo := bits.Mul64(uint64(n), uint64(time.Second))
	lo, carry := bits.Add64(lo, s.meta.rate/2, 0)
	if hi += carry; hi >= s.meta.rate {
		return 0, false
	}
	ns, _ := bits.Div64(hi, lo, s.meta.rate)
	return time.Duration(ns), ns <= uint64(maxTime)
}
