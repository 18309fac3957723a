package emulator

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// web serves pages by their path and returns the address of the server.
func web(t *testing.T, pages map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, page)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func textsCmd(cmd int, texts ...string) string {
	s := fmt.Sprintf("e0%02x%02x", cmd, len(texts))
	for _, text := range texts {
		s += fmt.Sprintf("%02x%x", len(text), text)
	}
	return padded(s + "ee")
}

func (h *rawHost) file(name string) (string, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	data, ok := h.flash[name]
	return string(data), ok
}

// TestDownloadFile: the answer is always the error frame; the file is there,
// and empty when nothing came.
func TestDownloadFile(t *testing.T) {
	for _, p := range []Profile{Arduino200(), Adafruit330()} {
		h := newHost(t, Config{Profile: p})
		url := web(t, map[string]string{"/a": "hello"})
		h.expect(textsCmd(0x64, url+"/a", "early"), "ef00ee00")
		h.join()
		h.expect(textsCmd(0x64, url+"/a", "page"), "ef00ee00")
		got, _ := h.file("/fs/page")
		assert.Equal(t, "hello", got)
		for _, bad := range []string{url + "/none", "http://127.0.0.1:1/", "nonsense", "http://name.invalid/"} {
			h.expect(textsCmd(0x64, bad, "page"), "ef00ee00")
			got, ok := h.file("/fs/page")
			assert.True(t, ok)
			assert.Empty(t, got, bad)
		}
		assert.Empty(t, h.Misuses())
		h.expect(textsCmd(0x64, url+"/"+strings.Repeat("x", 64), "page"), "ef00ee00")
		assert.Len(t, h.Misuses(), 1)
	}
}

func TestDownloadOTA(t *testing.T) {
	update := func(size int, sum uint32, data string) string {
		b := binary.LittleEndian.AppendUint32(nil, uint32(size))
		return string(binary.LittleEndian.AppendUint32(b, sum)) + data
	}
	data := "firmware"
	good := update(len(data), crc32.ChecksumIEEE([]byte(data)), data)
	url := web(t, map[string]string{
		"/good": good, "/long": update(3, 0, data), "/sum": update(len(data), 1, data), "/short": "1234",
	})
	h := newHost(t, Config{})
	h.join()
	for page, status := range map[string]int{"/long": 2, "/sum": 3, "/short": 2, "/none": 2} {
		h.expect(textsCmd(0x67, url+page), fmt.Sprintf("e0e70101 %02x ee", status))
		_, ok := h.file(updateFile)
		assert.False(t, ok, page)
	}
	h.expect(textsCmd(0x67, url+"/good"), "e0e70101 00 ee")
	got, ok := h.file(updateFile)
	require.True(t, ok)
	assert.Equal(t, good, got)

	h = newHost(t, Config{Profile: Adafruit330()})
	h.join()
	h.expect(textsCmd(0x67, url+"/good"), "ef00ee00")
}
