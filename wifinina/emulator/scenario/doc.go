// Package scenario describes what goes wrong, and in what world, in a few lines:
//
//	access points:
//	  - {ssid: home, passphrase: secret-words, channel: 6}
//	network: {latency: 20ms, loss: 0.01}
//	chaos: flip bit 0.001, seed 7
//	steps:
//	  - every 1m: drop link
//	  - after 1h: READY high
//	  - at SEND_DATA_TCP, nth 3: reset peers
//
// [Read] reads such a file, and a Go test writes it as a [Scenario]. The sentences
// are the same in a file and on a line for an emulator that runs, which [Tell]
// takes: [Parse] reads a step, [Format] writes one, [Line] writes what has struck.
// Their words are in grammar.go; [Help] lists them.
//
// A scenario from elsewhere does no harm: files, lines and lists are bounded,
// and aliases of YAML are refused. What it says is done to the emulator only.
//
// No function keeps what it is given. They may be called by any goroutine.
package scenario
