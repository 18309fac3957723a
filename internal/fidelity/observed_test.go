package fidelity

import (
	"fmt"
	"strings"
	"testing"
)

func TestObserved(t *testing.T) { requireAllFaithful(t, observed) }

// observed is what nina-observed.md says of captures that are not kept here,
// and of behaviour in general.
var observed = []scenario{
	{"wrong frames", `
			e18000ee -> ef00ee00
			e0 -> ef00
			e037 -> ef00ee00
			003700ee -> ef00ee0000000000
			e0ff00ee -> ef00
			e0380101 00ee -> ef00          // the library's stop of a server, without padding
			e03700ee -> e0b70106322e302e3000ee00`},
	{"oversize", joined + `
			e03f00ee -> e0bf010100ee
			e02d0600047f00000102525901000100020000ee -> e0ad010101ee
			e044020001 00 1388` + strings.Repeat("41", 5000) + `eeffffff -> e0c401028813ee
			e03700ee -> e0b70106322e302e3000ee00`},
	{"state_frees", joined + `
			e03f00ee -> e0bf010100ee
			e0280302095601000101eeff -> e0a8010101ee
			e03f00ee -> e0bf010101ee
			e02f010100eeffff -> e0af010100ee
			e03f00ee -> e0bf010100ee
			e0280302095601000101eeff -> e0a8010100ee    // the old socket has the port
			e0280302095701000101eeff -> e0a8010101ee
			e0280302525d01010100eeff -> e0a8010101ee
			e029010101eeffff -> e0a9010101ee
			e02f010101eeffff -> e0af010100ee
			e03f00ee -> e0bf010101ee
			e029010101eeffff -> e0a9010101ee            // the listener is still there
			e0280302525d01020100eeff -> e0a8010100ee`},
	{"slot_reuse", joined + `
			e03f00ee -> e0bf010100ee
			e0280302526201000100eeff -> e0a8010101ee
			e02e010100eeffff -> e0ae010101ee
			e029010100eeffff -> e0a9010101ee
			e03f00ee -> e0bf010100ee
			e02d0600047f00000102525901000100020000ee -> e0ad010101ee
			e02f010100eeffff -> e0af010104ee
			e044020001000001 78 eeffff -> e0c401020000ee
			e044020001000001 78 eeffff -> e0c401020000ee
			e02b0201000100ee -> e0ab0102ff00ee
			e02e010100eeffff -> e0ae010101ee
			e02f010100eeffff -> e0af010100ee`},
	{"storage_tail", `
			e06004 0400000000 0403000000 0c 2f66732f6e6f74652e747874 00 414243 eeffffff -> e0e0ee
			e06303 0400000000 0404000000 0f 2f66732f6162636465666768696a6b ee ffff -> e0e30104ffffffff00
			e06004 0400000000 0403000000 0f 2f66732f6162636465666768696a6b 00 414243 ee -> e0e0ee`},
	{"lib191_storage_tail", `
			e06004 0400000000 0403000000 0c 2f66732f6e6f74652e747874 00 414243 ee -> e0e0ee
			e06303 0400000000 0404000000 0c 2f66732f6e6f74652e747874 ee ff -> e0e301040300000000
			e06103 0400000000 0403000000 0c 2f66732f6e6f74652e747874 ee ff -> e0e10103410000ee`},
	{"tls_by_ip", joined + `
			e03f00ee -> e0bf010100ee
			e02d060004010000 7f 02525b01000102020000ee -> e0ad010101ee
			e02f010100eeffff -> e0af010104ee
			e03a010100eeffff -> e0ba02047f000001 02525b ee
			e03f00ee -> e0bf010101ee
			e02d0600047f000001 02525b01010102020000ee -> e0ad00`},
	{"a slot that does not exist", joined + `
			e03f00ee -> e0bf010100ee
			e03a0101ffeeffff -> dead`},
	{"slot 10", "e03a01010aeeffff -> dead"},
	{"a datagram without a socket", joined + `
			e03f00ee -> e0bf010100ee
			e02d04047f00000102525a01000101ee -> e0ad010101ee
			e046020001000001 78 eeffff -> e0c6010101ee
			e039010100eeffff -> e0b9010100ee`},
	{"lost parity", `
			e03700ee = 00000000
			e02000ee = e0b70106            // reads the reply that nobody has read
			ffffffffffff = 000000000000    // is a command now
			e02000ee = ef00ee00
			zero                           // nothing was asked
			e02000ee -> e0a0010100ee
			e03700ee = 00000000
			zero                           // ends the reply
			e02000ee -> e0a0010100ee`},
}

// TestSweep goes through all commands without a handler (nina-observed "Frame
// rules" 5).
func TestSweep(t *testing.T) {
	var text strings.Builder
	for _, span := range [][2]int{
		{0x00, 0x0F}, {0x13, 0x13}, {0x1C, 0x1D}, {0x31, 0x31}, {0x38, 0x38},
		{0x41, 0x43}, {0x47, 0x4F}, {0x55, 0x5F}, {0x68, 0x6F}, {0x80, 0xFF},
	} {
		for cmd := span[0]; cmd <= span[1]; cmd++ {
			fmt.Fprintf(&text, "e0%02x00ee -> ef00ee0000000000\n", cmd)
			fmt.Fprintf(&text, "e0%02x0101ffeeffff -> ef00\n", cmd)
		}
	}
	requireFaithful(t, script(t, "sweep", text.String()))
}
