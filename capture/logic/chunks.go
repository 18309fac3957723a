package logic

import (
	"archive/zip"
	"errors"
	"io"
	"strconv"
)

var (
	errAbsent = errors.New("not in the archive")
	errShared = errors.New("more bytes than the archive has")
)

// A chunks is the capture file of an archive: one member, or logic-1-1,
// logic-1-2, … one after another.
type chunks struct {
	members []*zip.File
	open    io.ReadCloser // the first of them, nil: not open
}

// newChunks looks for the members. What they hold together is at most what the
// archive has: no two may share their bytes, as in a zip bomb.
func newChunks(archive *zip.Reader, file string, size int64) (*chunks, error) {
	byName := map[string]*zip.File{}
	for _, f := range archive.File {
		byName[f.Name] = f
	}
	c := &chunks{}
	if f := byName[file]; f != nil {
		c.members = append(c.members, f)
	}
	for i := 1; len(c.members) == i-1; i++ {
		if f := byName[file+"-"+strconv.Itoa(i)]; f != nil {
			c.members = append(c.members, f)
		}
	}
	if len(c.members) == 0 {
		return nil, &ArchiveError{Member: file + "-1", Sample: -1, Err: errAbsent}
	}
	left := uint64(size)
	for _, f := range c.members {
		if f.CompressedSize64 > left {
			return nil, &ArchiveError{Member: f.Name, Sample: -1, Err: errShared}
		}
		left -= f.CompressedSize64
	}
	return c, nil
}

// name returns the member that is being read.
func (c *chunks) name() string {
	if len(c.members) == 0 {
		return ""
	}
	return c.members[0].Name
}

// Read implements io.Reader.
func (c *chunks) Read(p []byte) (int, error) {
	for len(c.members) > 0 {
		if c.open == nil {
			var err error
			if c.open, err = c.members[0].Open(); err != nil {
				return 0, err
			}
		}
		n, err := c.open.Read(p)
		if n > 0 || err != io.EOF {
			return n, err
		}
		c.open.Close()
		c.open, c.members = nil, c.members[1:]
	}
	return 0, io.EOF
}
