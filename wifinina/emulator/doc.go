// Package emulator is a WiFiNINA coprocessor on a PC: nina-fw, the ESP32 it
// runs on and the air around it, behind the same [bus.Bus] a board has. A
// driver on it talks to real TCP, UDP and TLS peers through the sockets of the
// host.
//
//	chip := emulator.New(emulator.Config{})
//	defer chip.Close()
//	dev := wifinina.New(&wifinina.Config{Bus: chip})
//
// It behaves as the firmware does, not as one would wish: GET_SOCKET reserves
// nothing, asking for the state of a slot may free it, a listener cannot be
// closed, an arriving datagram redirects the one being sent. Commands are read
// at fixed offsets and never validated. Where the firmware would overrun its
// memory the emulator clamps and keeps a [Misuse].
//
// # Layers
//
// An [Emulator] is the module: pins, clock, flash and the world ([AccessPoint],
// [Network]). The network is the [Host]'s or a [Memory]. In the module lives at most one firmware, from boot to reset, and of that
// nothing survives. A firmware is an SPI slave with two alternating windows
// (slave.go), a table of handlers (commands.go), slots with their sockets, and
// a radio. What differs between releases is in the [Profile].
//
// # Quirks
//
// Whatever it does that a host would not expect is a [Quirk] with a name, listed
// in docs/quirks.md with its source and the releases that have it. [Profile]
// holds the set of a release. Take one away to see whether a host relies on it,
// or give it to a release that lacks it:
//
//	p := emulator.Arduino200()
//	p.Quirks = p.Quirks.Without(emulator.UnreservedSlots)
//	chip := emulator.New(emulator.Config{Profile: p})
//
// What the emulator does without a quirk is what one would expect, be there such
// firmware or not. The handlers are those of the genuine firmware all the same:
// where a quirk is another behaviour, the handler asks for it at that place.
//
// # Time and goroutines
//
// The methods of [bus.Bus] belong to one goroutine at a time; all others may be
// called at any time by any. One lock guards everything. Time that only passes
// (boot, join, scan, ping, the tick of GPIO0) is worked out from the Clock when
// somebody looks, so a simulated clock costs no real time. Commands that need
// no network are executed inside Deselect. START_CLIENT_TCP, REQ_HOST_BY_NAME
// and the BSD-style sockets (0x70 to 0x7F) wait in a goroutine of their own and
// hold READY high, in the time of package time; so does the time-out of such a
// socket. A receive nobody answers holds it until the reset. Each connection has
// two goroutines, each listener and UDP socket one. [Emulator.Reset] and [Emulator.Close] end them all and return when they
// have ended.
//
// By default the link takes no time; a [Pacing] gives it some, on the Clock. With
// [bus.System] and a [Memory] network everything runs inside a bubble of
// testing/synctest, where an hour passes at once. A bubble wants its goroutines
// to have ended: Close the emulator, and the connections of the peers, or
// [Memory.Reset] them all.
//
// # Faults
//
// [Emulator.Inject] makes one thing go wrong in the chip, on the link or in the
// world around: at once, after a time, or at the n-th command of a kind, once or
// again and again. [Emulator.SetChaos] lets anything go wrong by chance, from a
// seed. A fault that waits for a time strikes at that time of the Clock, however
// late somebody looks; peers on the network notice when somebody does. All that
// strikes is told to the channel Config.Strikes. Package scenario puts it
// into words. What a [Memory] does between other nodes is told to
// [Memory.SetReach] and [Memory.Reset].
//
// # Where it differs from hardware
//
// Sockets are the host's: addresses of [Lease] are only reported, buffers of
// the host's kernel lie behind the 5744 bytes of each direction, a listener's
// backlog is longer than one. TLS verifies as crypto/tls does, which ignores
// common names and minds expiry dates. A client of a slot's listener takes its
// descriptor when it connects, not when the firmware looks for it. A stream that
// is bound accepts in the host's kernel already before SOCKET_LISTEN. There are
// no raw sockets. No ICMP is sent. A full send buffer is answered with 0 also on
// accepted connections, where the firmware may block.
// A crashed module stays dead until it is reset. Without a Pacing SPI takes no
// time and READY follows at once, and without a BootGlitch it does not fall by
// mistake while booting.
package emulator
