package emulator

import "strings"

// onFile shows what a command answers when there is a file /fs/a of six bytes.
func onFile(request, with, without string) demonstration {
	return demonstration{
		act: func(d *demo) string {
			d.sees(writeFileCmd("/fs/a", "abcdef"), 4)
			return d.sees(request, len(unhex(d.t, with)))
		},
		with:    with,
		without: without,
	}
}

var fileQuirks = map[Quirk]demonstration{
	FileErrorFrame: onFile(fileCmd(0x62, 0, 0, "/fs/a"), "ef00ee000000", "e0e2010101ee"),
	StrayZero:      onFile(fileCmd(0x63, 0, 0, "/fs/a"), "e0e30104 06000000 00 ee", "e0e30104 06000000 ee 00"),
	WrittenLength:  onFile(writeFileCmd("/fs/a", "abcdef"), "e0e0000000ee 00000000", "e0e00104 06000000 ee 00"),
	AppendOnly: {
		act: func(d *demo) string {
			d.sees(writeFileCmd("/fs/a", "abcdef"), 4)
			d.sees(strings.Replace(writeFileCmd("/fs/a", "XY"), "0400000000", "0402000000", 1), 4)
			data, _ := d.file("/fs/a")
			return data
		},
		with:    "abcdefXY",
		without: "abXYef",
	},
	PaddedReads:       onFile(fileCmd(0x61, 4, 4, "/fs/a"), "e0e10104 65660000 ee", "e0e10102 6566 ee 0000"),
	SilentOpenFailure: onFile(fileCmd(0x61, 0, 4, "/fs/b"), "00000000", "ef00ee00"),
}
