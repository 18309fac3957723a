package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

func fileCmd(c int, offset, size uint32, name string) string {
	return padded(fmt.Sprintf("e0%02x03 04 %08x 04 %08x %02x %x ee", c, reverse32(offset), reverse32(size), len(name), name))
}

func writeFileCmd(name, data string) string {
	return padded(fmt.Sprintf("e06004 04 00000000 04 %08x %02x %x 00 %x ee", reverse32(uint32(len(data))), len(name), name, data))
}

func TestFiles(t *testing.T) {
	h := newHost(t, Config{})
	h.expect(fileCmd(0x63, 0, 0, "/fs/a"), "e0e30104 ffffffff 00 ee 0000")
	h.expect(writeFileCmd("/fs/a", "hello, world"), "e0e00000")
	h.restart(bus.High) // files outlive resets
	h.expect(writeFileCmd("/fs/a", "!"), "eee00000")
	h.expect(writeFileCmd("/fs/a", ""), "ef00ee00")
	h.expect(fileCmd(0x63, 0, 0, "/fs/a"), "e0e30104 0d000000 00 ee 0000")
	h.expect(fileCmd(0x61, 7, 6, "/fs/a"), fmt.Sprintf("e0e10106 %x ee", "world!"))
	h.expect(fileCmd(0x61, 12, 3, "/fs/a"), "e0e10103 210000 ee") // zeros behind the end
	h.expect(fileCmd(0x61, 99, 1, "/fs/a"), "e0e10101 00 ee")
	h.expect("e06602 05 2f66732f61 05 2f66732f62 ee ff ff", "e0e60101 00 ee")
	h.expect("e06602 05 2f66732f61 05 2f66732f62 ee ff ff", "e0e60101 02 ee")
	assert.Empty(t, h.Misuses())
	h.expect(fileCmd(0x62, 0, 0, "/fs/b"), "ef00ee00")
	h.expect(fileCmd(0x63, 0, 0, "/fs/b"), "e0e30104 ffffffff 00 ee 0000")
}

// TestFilesThatCannotBeOpened: a reply of no bytes at all.
func TestFilesThatCannotBeOpened(t *testing.T) {
	h := newHost(t, Config{IdleMISO: 0xFF})
	h.expect(fileCmd(0x61, 0, 3, "/fs/none"), "ffffffff")
	h.expect(writeFileCmd("/elsewhere", "x"), "ffffffff")
	require.Len(t, h.Misuses(), 2)
	h.expect(askVersion, isVersion)
}

// TestLongFiles: the length byte of a read holds 8 bits, the file system is
// bounded, and so is what a write believes.
func TestLongFiles(t *testing.T) {
	h := newHost(t, Config{})
	text := strings.Repeat("0123456789abcdef", 200)
	h.window(unhex(t, writeFileCmd("/fs/a", text)))
	reply := h.window(fill(len(text), 0xFF))
	assert.Equal(t, []byte{0xE0, 0xE0, 0, 0}, reply[:4])
	assert.Equal(t, byte(0xEE), reply[len(text)-1])
	h.expect(fileCmd(0x61, 0, 300, "/fs/a"), fmt.Sprintf("e0e1012c %x ee", text[:300]))
	assert.Empty(t, h.Misuses())

	h.write("e06004 04 00000000 04 ffffffff 05 2f66732f61 00 78 ee ff")
	h.read(4)
	assert.Len(t, h.Misuses(), 1)
	h.window(unhex(t, fileCmd(0x61, 0, 0xFFFFFFFF, "/fs/a")))
	assert.Equal(t, byte(0xEE), h.window(fill(bufferSize, 0xFF))[bufferSize-1])
	for range flashSize/len(text) + 10 {
		h.window(unhex(t, writeFileCmd("/fs/b", text)))
		h.window(fill(4, 0xFF))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	assert.Zero(t, h.flash.room())
}
