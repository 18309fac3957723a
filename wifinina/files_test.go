package wifinina

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// withFiles is eachFirmware for what has files.
func withFiles(t *testing.T, test func(t *testing.T, d *Device, b *faultyBus)) {
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, b *faultyBus) {
		if d.fw.has(wire.WriteFile) {
			test(t, d, b)
		}
	})
}

// text is n bytes that do not repeat soon, with END bytes among them.
func text(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i/251)
	}
	return b
}

func TestFilesComeBackAsTheyWere(t *testing.T) {
	const longest = "/fs/a-name-of-thirty-two-bytes.x"
	require.Len(t, longest, wire.MaxFilename)
	withFiles(t, func(t *testing.T, d *Device, b *faultyBus) {
		for _, n := range []int{1, 2, 3, 4, 5, 254, 255, 256, 1404, 1405, 5000} {
			for _, name := range []string{"/fs/a", longest} {
				want := text(n)
				got, err := d.AppendFile(name, want)
				require.NoError(t, err)
				require.Equal(t, n, got)
				size, err := d.FileSize(name)
				require.NoError(t, err)
				require.Equal(t, n, size)
				buf := make([]byte, n+10)
				got, err = d.ReadFile(name, 0, buf)
				require.NoError(t, err)
				require.Equal(t, want, buf[:got])
				require.NoError(t, d.DeleteFile(name))
			}
		}
	})
}

func TestReadFileFromAnOffset(t *testing.T) {
	withFiles(t, func(t *testing.T, d *Device, _ *faultyBus) {
		_, err := d.AppendFile("/fs/a", []byte("hello, "))
		require.NoError(t, err)
		n, err := d.AppendFile("/fs/a", []byte("world"))
		require.NoError(t, err)
		assert.Equal(t, 5, n, "what the file has grown by")
		buf := make([]byte, 5)
		n, err = d.ReadFile("/fs/a", 7, buf)
		require.NoError(t, err)
		assert.Equal(t, "world", string(buf[:n]))
		n, err = d.ReadFile("/fs/a", 10, buf)
		require.NoError(t, err)
		assert.Equal(t, "ld", string(buf[:n]), "zeros behind the end are no data")
		for _, offset := range []int{12, 1000} {
			n, err = d.ReadFile("/fs/a", offset, buf)
			assert.Zero(t, n)
			assert.Equal(t, io.EOF, err)
		}
		n, err = d.ReadFile("/fs/a", 100, nil)
		assert.Zero(t, n)
		require.NoError(t, err)
	})
}

// A file that is not there makes the firmware write outside its buffer: it is
// never asked for one.
func TestFilesThatAreNotThere(t *testing.T) {
	withFiles(t, func(t *testing.T, d *Device, b *faultyBus) {
		for _, err := range []error{
			second(d.FileSize("/fs/none")), second(d.ReadFile("/fs/none", 0, make([]byte, 1))),
			d.DeleteFile("/fs/none"), d.RenameFile("/fs/none", "/fs/other"),
		} {
			assert.ErrorIs(t, err, ErrNoFile)
		}
		assert.Zero(t, b.requests[wire.ReadFile])
		assert.Zero(t, b.requests[wire.DeleteFile])
		n, err := d.AppendFile("/fs/none", nil)
		assert.Zero(t, n)
		require.NoError(t, err)
		assert.Zero(t, b.requests[wire.WriteFile], "nothing to write, nothing sent")
	})
}

func TestRenameFile(t *testing.T) {
	withFiles(t, func(t *testing.T, d *Device, b *faultyBus) {
		_, err := d.AppendFile("/fs/a", []byte("x"))
		require.NoError(t, err)
		require.NoError(t, d.RenameFile("/fs/a", "/fs/b"))
		assert.ErrorIs(t, second(d.FileSize("/fs/a")), ErrNoFile)
		require.NoError(t, second(d.FileSize("/fs/b")))
		b.forge(wire.RenameFile, 0xE0, 0xE6, 1, 1, byte(wire.EIO), 0xEE)
		assert.ErrorIs(t, d.RenameFile("/fs/b", "/fs/c"), ErrRefused)
	})
}

func TestAFullFileSystem(t *testing.T) {
	d, _ := faultyDevice(t, emulator.Config{})
	big := text(200_000)
	total := 0
	for {
		n, err := d.AppendFile("/fs/a", big)
		total += n
		if err != nil {
			assert.EqualError(t, err, "Exchange: WRITE_FILE: the file system is full")
			assert.Positive(t, n, "what went in before it was full")
			break
		}
		require.Equal(t, len(big), n)
	}
	size, err := d.FileSize("/fs/a")
	require.NoError(t, err)
	assert.Equal(t, size, total)
}

func TestFileRepliesThatCannotBeTrue(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	_, err := d.AppendFile("/fs/a", []byte("hello"))
	require.NoError(t, err)
	b.forge(wire.ReadFile, 0xE0, 0xE1, 1, 2, 'h', 'e', 0xEE)
	_, err = d.ReadFile("/fs/a", 0, make([]byte, 5))
	assert.ErrorIs(t, err, ErrBadReply)
	b.forge(wire.ExistsFile, 0xE0, 0xE3, 1, 4, 5, 0, 0, 0, 0, 0xEE)
	assert.ErrorIs(t, d.DeleteFile("/fs/a"), ErrRefused, "it is still there")
	b.heal()
	b.onTx = func(w, _ []byte) (bool, error) { return w != nil && w[1] == byte(wire.WriteFile), nil }
	_, err = d.AppendFile("/fs/b", []byte("x"))
	var oe *OpError
	require.ErrorAs(t, err, &oe)
	assert.True(t, damaged(oe.Err))
}

// pages serves what a test wants to be downloaded.
func pages(t *testing.T, byPath map[string][]byte) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := byPath[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write(page)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestDownloadFile(t *testing.T) {
	want := text(3000)
	url := pages(t, map[string][]byte{"/a": want})
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, b *faultyBus) {
		if !d.fw.has(wire.DownloadFile) {
			unsupported(t, b, func() error { return d.DownloadFile(url+"/a", "/fs/page") })
			return
		}
		require.NoError(t, d.DownloadFile(url+"/a", "/fs/page"))
		buf := make([]byte, 4000)
		n, err := d.ReadFile("/fs/page", 0, buf)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(want, buf[:n]))
		assert.ErrorIs(t, d.DownloadFile(url+"/none", "/fs/page"), ErrDownload, "the old page does not pass for a new one")
		b.onReply = func(c wire.Command, _ int, r []byte) {
			if c == wire.DownloadFile {
				clear(r)
			}
		}
		assert.ErrorIs(t, d.DownloadFile(url+"/a", "/fs/page"), wire.ErrIdle)
	})
}

func TestDownloadOTA(t *testing.T) {
	image := []byte("firmware")
	good := binary.LittleEndian.AppendUint32(nil, uint32(len(image)))
	good = append(binary.LittleEndian.AppendUint32(good, crc32.ChecksumIEEE(image)), image...)
	bad := append(bytes.Clone(good[:len(good)-1]), 'E')
	url := pages(t, map[string][]byte{"/good": good, "/bad": bad})
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, b *faultyBus) {
		if !d.fw.has(wire.DownloadOTA) {
			unsupported(t, b, func() error { return d.DownloadOTA(url + "/good") })
			return
		}
		err := d.DownloadOTA(url + "/good")
		if d.fw.family == wire.Adafruit {
			assert.ErrorIs(t, err, ErrUnsupported, "only built for the Uno")
			return
		}
		require.NoError(t, err)
		size, err := d.FileSize("/fs/UPDATE.BIN.LZSS")
		require.NoError(t, err)
		assert.Equal(t, len(good), size)
		assert.EqualError(t, d.DownloadOTA(url+"/bad"), "Exchange: DOWNLOAD_OTA: update not kept: BAD_CRC")
		assert.ErrorIs(t, d.DownloadOTA(url+"/none"), OTAError(wire.OTABadLength))
		require.NoError(t, d.ApplyOTA())
	})
}

// Files stay when the coprocessor is reset.
func TestFilesOutliveAReset(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	_, err := d.AppendFile("/fs/a", []byte("x"))
	require.NoError(t, err)
	b.onTx = func(_, _ []byte) (bool, error) { return true, bus.ErrLink }
	_, err = d.FileSize("/fs/a")
	require.ErrorIs(t, err, bus.ErrLink)
	b.heal()
	require.NoError(t, d.Start(), "a reset, as the link was in doubt")
	size, err := d.FileSize("/fs/a")
	require.NoError(t, err)
	assert.Equal(t, 1, size)
}
