package fidelity

import (
	"testing"
)

// TestWorlds: what the world does is found in the replies.
func TestWorlds(t *testing.T) { requireAllFaithful(t, worlds) }

// worlds are what the firmware answers by docs/nina-protocol.md in worlds the
// recordings under traces/golden do not have.
var worlds = []scenario{
	{"datagrams of two senders", joined + `
			e0280302095601000101eeff -> e0a8010101ee
			e02b010100eeffff -> e0ab01020000ee
			e02b010100eeffff -> e0ab01020300ee
			e03a010100eeffff -> e0ba0204 0a000001 02 1388 ee
			e045020001000002dc05eeff -> e0c5010003 616263 ee
			e02b010100eeffff -> e0ab01020000ee
			e02b010100eeffff -> e0ab01020200ee
			e03a010100eeffff -> e0ba0204 0a000002 02 1389 ee
			e02d04 04 0a000002 02 1389 01 00 01 01 ee -> e0ad010101ee
			e046020001000001 78 eeffff -> e0c6010101ee
			e039010100eeffff -> e0b9010101ee
			e0450200010000020100eeff -> e0c5010001 64 ee
			e0450200010000020100eeff -> e0c5010001 65 ee
			e03a010100eeffff -> e0ba0204 0a000002 02 1389 ee
			e03a010100eeffff -> e0ba0204 0a000003 02 138a ee    // another has come
			e02b010100eeffff -> e0ab01020100ee
			e02c0201000101ee -> e0ac010166ee
			e02c0201000100ee -> e0ac010166ee
			e02c0201000100ee -> e0ac0101ffee
			e02c0201000100ee -> e0ac010167ee`},
	{"multicast", joined + `
			e02804 04 e00000fb 02 14e9 0100 0103 ee -> e0a8010101ee
			e02b010100eeffff -> e0ab01020100ee
			e0450200010000020100eeff -> e0c5010001 64 ee`},
	{"a port that is taken", joined + `
			e0280302005001000100eeff -> e0a8010100ee
			e0280302005001000101eeff -> e0a8010101ee`},
	{"pings", joined + `
			e03e0204 08080808 0180 eeff -> e0be01021400ee
			e03e0204 08080808 0180 eeff -> e0be0102ffffee
			e03e0204 7f000001 0180 eeff -> e0be01020000ee`},
	{"no networks", `
			e03600ee -> e0b6010101ee
			e02700ee -> e0a700ee
			e02000ee -> e0a0010102ee`},
	{"a scan that fails", `
			e02700ee -> e0a700ee
			e02000ee -> e0a0010101ee`},
	{"another scan", `
			e02700ee -> e0a7 02 03 6f6e65 03 74776f ee
			e032010101eeffff -> e0b20104 baffffff ee
			e032010100eeffff -> e0b20104 c4ffffff ee
			e02700ee -> e0a7 01 05 7468726565 ee
			e032010100eeffff -> e0b20104 b0ffffff ee
			e03d010100eeffff -> e0bd010105ee
			e032010101eeffff -> e0b20104 baffffff ee`},
	{"a scan on a network", `
			e02700ee -> e0a7 02 0a 676f6c64656e2d6e6574 03 74776f ee
			e03c010100eeffff -> e0bc0106 060504030201 ee` + joined + `
			e02700ee -> e0a7 02 03 74776f 0a 676f6c64656e2d6e6574 ee
			e01f00ee -> e09f010108ee` + joined + `
			e0240101ffeeffff -> e0a40106 060504030201 ee
			e02700ee -> e0a7 01 03 74776f ee
			e01f00ee -> e09f010108ee`},
	{"a name that is asked for later", joined + `
			e02d0603 612e62 0400000000 02 0050 0100 0100 020000 ee ff -> e0ad010101ee
			e0340103 612e62 eeff -> e0b4010101ee
			e03500ee -> e0b501040a000007ee
			e03a010100eeffff -> e0ba0204 0a000007 02 0050 ee`},
	{"a static address", `
			e01404 0103 04c0a80114 04c0a80101 04ffffff00 eeffffff -> e094010100ee
			e01503 0102 0408080808 0401010101 ee -> e095010101ee` + joined + `
			e0210101ffeeffff -> e0a103 04c0a80114 04ffffff00 04c0a80101 ee
			e01e0101ffeeffff -> e09e02 0408080808 0401010101 ee`},
	{"a link that is lost", joined + `
			e03f00ee -> e0bf010100ee
			e02d0600047f00000102525901000100020000ee -> e0ad010101ee
			e02f010100eeffff -> e0af010104ee
			e02000ee -> e0a0010106ee
			e01f00ee -> e09f0101c8ee
			e02f010100eeffff -> e0af010100ee
			e0230101ffeeffff -> e0a30100ee` + joined + `
			e01f00ee -> e09f010100ee`},
	{"a wrong key by another name", `
			e011020a676f6c64656e2d6e657405 7772306e67 eeffff -> e091010101ee
			e02000ee -> e0a0010101ee
			e02000ee -> e0a0010106ee
			e01f00ee -> e09f01010fee` + joined},
	{"an access point that comes back", joined + `
			e0300101ffeeffff -> e0b0010101ee
			e02000ee -> e0a0010106ee
			e011020a676f6c64656e2d6e65740d636f727265637420686f727365eeffffff -> e091010101ee
			e02000ee -> e0a0010104ee
			e01f00ee -> e09f0101c9ee` + joined},
	{"a station at the soft-AP", `
			e018020a62656e63682d6f70656e0101eeffffff -> e098010101ee
			e02000ee -> e0a0010107ee
			e02000ee -> e0a0010108ee
			e02000ee -> e0a0010107ee`},
	{"available() with two clients", joined + `
			e0280302526201000100eeff -> e0a8010101ee
			e02b0201000100ee -> e0ab0102ff00ee
			e02b0201000100ee -> e0ab01020100ee
			e02b0201000100ee -> e0ab01020100ee
			e045020001010002dc05eeff -> e0c5010002 6869 ee
			e02b0201000100ee -> e0ab01020200ee
			e03a010102eeffff -> e0ba0204 7f000001 02 abcd ee
			e045020001020002dc05eeff -> e0c5010003 686f21 ee
			e04402000100 0002 6f6b ee -> e0c401020400ee
			e02b0201000100ee -> e0ab01020100ee
			e045020001010002dc05eeff -> e0c5010001 21 ee
			e02f010101eeffff -> e0af010100ee
			e02b0201000101ee -> e0ab01020100ee
			e02f010101eeffff -> e0af010104ee`},
	{"a peer that resets", joined + `
			e02d0600047f00000102525901000100020000ee -> e0ad010101ee
			e044020001000001 78 eeffff -> e0c401020100ee
			e044020001000001 78 eeffff -> e0c401020000ee
			e02f010100eeffff -> e0af010100ee`},
	{"a full send buffer", joined + `
			e02d0600047f00000102525901000100020000ee -> e0ad010101ee
			e044020001000004 78797a7a ee -> e0c401020300ee
			e044020001000001 78 eeffff -> e0c401020100ee`},
	{"a name that comes to be known", joined + `
			e0340103 612e62 eeff -> e0b4010100ee
			e03500ee -> e0b50104ffffffffee
			e0340103 612e62 eeff -> e0b4010101ee
			e03500ee -> e0b501040a000007ee
			e02d0603 612e62 0400000000 02 0050 0100 0100 020000 ee ff -> e0ad010101ee
			e03a010100eeffff -> e0ba0204 0a000007 02 0050 ee
			e02d0603 612e63 0400000000 02 0050 0101 0100 020000 ee ff -> e0ad010101ee
			e03a010101eeffff -> e0ba0204 0a000008 02 0050 ee
			e02d0603 612e64 0400000000 02 0050 0102 0100 020000 ee ff -> e0ad00ee`},
	{"bytes of a connection", joined + `
			e02d0600047f00000102525901000100020000ee -> e0ad010101ee
			e02b010100eeffff -> e0ab01020500ee
			e02c0201000101ee -> e0ac0101 68 ee
			e02c0201000101ee -> e0ac0101 68 ee
			e02c0201000100ee -> e0ac0101 68 ee
			e0450200010000020200eeff -> e0c5010002 656c ee
			e02b010100eeffff -> e0ab01020200ee
			e0450200010000021000eeff -> e0c5010002 6c6f ee
			e02c0201000100ee -> e0ac0101ffee`},
	{"the clock is set", joined + `
			e03b00ee -> e0bb010400000000ee
			e03b00ee -> e0bb0104070a036bee
			e03b00ee -> e0bb0104070a036bee`},
}

// TestWorldsOfDescriptors is the same for BSD-style sockets.
func TestWorldsOfDescriptors(t *testing.T) { requireAllFaithful(t, descriptorWorlds) }

var descriptorWorlds = []scenario{
	{"a server", joined + `
			e0700201010100ee -> e0f0010136ee
			e073020136 02 2710 eeffffff -> e0f3010101ee
			e074020136 01 02 eeffffff -> e0f4010101ee
			e07c010136eeffff -> e0fc010100ee
			e07c010136eeffff -> e0fc010101ee
			e075010136eeffff -> e0f503 0137 04 0a000001 02 3412 ee
			e078020137 02 1000 eeffffff -> e0f8010002 6869 ee
			e075010136eeffff -> e0f503 0138 04 0a000002 02 3512 ee
			e07c010137eeffff -> e0fc010103ee
			e078020137 02 1000 eeffffff -> e0f8010000ee
			e071010137eeffff -> e0f1010101ee
			e0700201010100ee -> e0f0010137ee`},
	{"a connect that goes on", joined + `
			e0700201010100ee -> e0f0010136ee
			e07b0301360 47e660480 0401000000 ee -> e0fb010401000000ee
			e07603 0136 047f000001 025263 eeffff -> e0f6010100ee
			e07200ee -> e0f2010177ee
			e07c010136eeffff -> e0fc010100ee
			e07c010136eeffff -> e0fc010102ee
			e0700201010100ee -> e0f0010137ee
			e07b0301370 47e660480 0401000000 ee -> e0fb010401000000ee
			e07603 0137 047f000001 025264 eeffff -> e0f6010100ee
			e07c010137eeffff -> e0fc010107ee`},
	{"datagrams", joined + `
			e0700201020100ee -> e0f0010136ee
			e073020136 02 2710 eeffffff -> e0f3010101ee
			e07c010136eeffff -> e0fc010102ee
			e07c010136eeffff -> e0fc010103ee
			e07a020136 02 0400 eeffffff -> e0fa03 0004 0a000001 0002 3412 0003 616263 ee
			e07b0301360 47f660440 0400000000 ee -> e0fb010402000000ee
			e078020136 02 1000 eeffffff -> e0f8010002 6465 ee`},
	{"a host that does not answer", joined + `
			e0700201010100ee -> e0f0010136ee
			e07603 0136 040aff0001 020050 eeffff -> e0f6010100ee
			e07200ee -> e0f2010171ee`},
}

// TestDownloads: what was downloaded is told by the files alone.
func TestDownloads(t *testing.T) {
	const (
		download = `e06402 12 687474703a2f2f73722e746573742f612f62 01 66 ee ffffff`                 // http://sr.test/a/b
		update   = `e06701 13 68747470733a2f2f73722e746573742f612f62 ee`                            // https://sr.test/a/b
		exists   = `e06303 0400000000 0400000000 05 2f66732f66 ee ffffff`                           // /fs/f
		saved    = `e06303 0400000000 0400000000 13 2f66732f5550444154452e42494e2e4c5a5353 ee ffff` // the update
	)
	requireAllFaithful(t, []scenario{
		{"a file", joined + download + ` -> ef00ee00
			` + exists + ` -> e0e30104 03000000 00
			e06103 0400000000 0403000000 05 2f66732f66 ee ff -> e0e101 03 616263 ee`},
		{"no file", joined + download + " -> ef00\n" + exists + ` -> e0e30104 00000000 00`},
		{"an update", joined + update + " -> e0e70101 00 ee\n" + saved + ` -> e0e30104 14000000 00`},
		{"a bad update", joined + update + " -> e0e70101 03 ee\n" + saved + ` -> e0e30104 ffffffff 00`},
		{"no update", joined + update + " -> e0e70101 02 ee"},
	})
}
