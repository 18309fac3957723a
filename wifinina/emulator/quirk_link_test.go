package emulator

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const isJoined = "e0a0010103ee0000"

var linkQuirks = map[Quirk]demonstration{
	LostParity: {
		act: func(d *demo) string {
			d.write(askVersion)
			d.write(askStatus) // the reply before was not read
			return d.read(8)
		},
		with:    "0000000000000000",
		without: isJoined,
	},
	ZeroClockSelect: {
		act: func(d *demo) string {
			d.write(askVersion)
			d.window(nil)
			return fmt.Sprintf("%x", d.window(unhex(d.t, askStatus)))
		},
		with:    "00000000", // a command
		without: isVersion[:8],
	},
	LostTail: {
		act: func(d *demo) string {
			d.expect("e051 02 01 19 01 01", "e0d1010101ee")
			return d.sees("e053 01 01 19 ee ff ff", 6)
		},
		with:    "e0d3010100ee",
		without: "e0d3010101ee",
	},
	FixedOffsets: {
		act:     func(d *demo) string { return d.sees("e03705ee", 4) },
		with:    isVersion[:8],
		without: "ef00ee00",
	},
	UncheckedEnd: {
		act:     func(d *demo) string { return d.sees("e0370000", 4) },
		with:    isVersion[:8],
		without: "ef00ee00",
	},
	PaddingParameters: {
		act: func(d *demo) string {
			d.expect(startServer3(webPort, 0, 0), okServer)
			d.visit("")
			return d.sees("e02b 01 01 00 ee ff ff", 7)
		},
		with:    availIs(1),
		without: noClient,
	},
	Overruns: {
		act: func(d *demo) string {
			d.expect(state(10), stateClosed)
			return fmt.Sprint(d.holds(slotCmd(wire.GetRemoteData, 10)), len(d.Misuses()))
		},
		with:    "for ever 2",
		without: "0s 0",
	},
	BlockingConnect: {
		act: func(d *demo) string {
			d.lan.SetReach(peerAddr, BlackHole)
			held := d.holds(startClientAt(netip.AddrPortFrom(peerAddr, webPort), 0))
			seen := held + " " + d.read(6) + " " + d.sees(state(0), 6)
			time.Sleep(2 * connectTimeout)
			return seen + " " + d.sees(state(0), 6)
		},
		with:    "30s e0ad00ee0000 e0af010100ee e0af010100ee",
		without: "0s e0ad010101ee e0af010102ee e0af010100ee",
	},
	BlockingWaits: {
		cfg:     Config{ScanTime: 2 * time.Second},
		act:     func(d *demo) string { return d.holds("e02700ee") },
		with:    "2s",
		without: "0s",
	},
	BlockingSockets: {
		act: func(d *demo) string {
			d.openFD(wire.SockDgram, fd0)
			return d.holds(recvFD(fd0, 10))
		},
		with:    "for ever",
		without: "0s",
	},
	GPIO0Tick: {
		cfg: Config{AttentionTick: 10 * time.Millisecond},
		act: func(d *demo) string {
			far := d.dial(0)
			time.Sleep(10 * time.Millisecond)
			seen := d.line()
			_, err := far.Write([]byte("x"))
			require.NoError(d.t, err)
			d.settle()
			seen += " " + d.line()
			time.Sleep(10 * time.Millisecond)
			return seen + " " + d.line()
		},
		with:    "low low high",
		without: "low high high",
	},
	GPIO0SlotsOnly: {
		act: func(d *demo) string {
			d.openFD(wire.SockStream, fd0)
			d.expect(bindFD(fd0, webPort), bindOK)
			d.expect(listenFD(fd0, 1), listenOK)
			seen := d.line()
			d.visit("")
			return seen + " " + d.line()
		},
		with:    "low low",
		without: "low high",
	},
	GPIO0FirstOnly: {
		act: func(d *demo) string {
			from := d.socket()
			for slot := range 2 {
				d.expect(startServer3(uint16(webPort+slot), slot, 1), okServer)
				_, err := from.WriteToUDPAddrPort([]byte("hi"), netip.AddrPortFrom(moduleAddr, uint16(webPort+slot)))
				require.NoError(d.t, err)
				d.settle()
			}
			return d.line() + d.sees(avail(0), 7) + d.sees(avail(1), 7)
		},
		with:    "high" + availIs(2) + availIs(0),
		without: "high" + availIs(2) + availIs(2),
	},
	BootGlitch: {
		cfg:   Config{BootTime: RealBootTime, BootGlitch: 27 * time.Microsecond},
		apart: true,
		act: func(d *demo) string {
			d.restart(bus.High)
			held, err := d.WaitReady(bus.Armed, time.Hour)
			require.NoError(d.t, err)
			return held.String()
		},
		with:    (RealBootTime / 2).String(),
		without: RealBootTime.String(),
	},
}
