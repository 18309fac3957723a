package emulator

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// dropped shows what a command answers a while after the link was lost.
func dropped(reason wire.Reason, ask string, with, without string) demonstration {
	return demonstration{
		act: func(d *demo) string {
			d.dial(0)
			d.DropLink(reason)
			d.settle()
			return d.sees(ask, len(unhex(d.t, with)))
		},
		with:    with,
		without: without,
	}
}

// answered shows what a command answers.
func answered(request, with, without string) demonstration {
	return demonstration{
		act:     func(d *demo) string { return d.sees(request, len(unhex(d.t, with))) },
		with:    with,
		without: without,
	}
}

var wifiQuirks = map[Quirk]demonstration{
	ReversedMAC: answered("e02200ee", "e0a20106 540e9abf713c ee", "e0a20106 3c71bf9a0e54 ee"),
	JoiningIsNoSSID: {
		cfg:   Config{JoinTime: time.Second},
		apart: true,
		act: func(d *demo) string {
			d.expect(setPassphraseCmd("ninatrace", "ninatrace"), "e0910101 01 ee")
			return d.sees(askStatus, 6)
		},
		with:    statusIs(wire.StatusNoSSIDAvail),
		without: statusIs(wire.StatusIdle),
	},
	OpenWithoutLink: {
		apart:   true,
		act:     func(d *demo) string { return d.sees(askEnc, 6) },
		with:    "e0a60101 07 ee",
		without: "e0a60101 ff ee",
	},
	ZeroIPConfig: answered("e01404 01 03 04 c0a80114 04 c0a80101 04 ffffff00 ee ffffff", "e0940101 00 ee", "e0940101 01 ee"),
	IgnoredValidCount: {
		act: func(d *demo) string {
			d.sees("e01404 01 01 04 0a000002 04 0a000001 04 ff000000 ee ffffff", 6)
			d.sees("e01503 01 01 04 08080808 04 08080404 ee", 6)
			return d.sees(askIP, 19) + d.sees("e01e00ee", 14)
		},
		with:    "e0a103 04 0a000002 04 ff000000 04 0a000001 ee e09e02 04 08080808 04 08080404 ee",
		without: "e0a103 04 0a000002 04 ffffff00 04 c0a80101 ee e09e02 04 08080808 04 00000000 ee",
	},
	LingeringAddress: dropped(wire.ReasonBeaconTimeout, askIP, leaseIP, noIP),
	SilentRetry: dropped(wire.ReasonAssocFail, askStatus,
		statusIs(wire.StatusConnected), statusIs(wire.StatusDisconnected)),
	LossCloses:    dropped(wire.ReasonBeaconTimeout, state(0), stateClosed, stateOpen),
	FailureCloses: dropped(wire.ReasonAuthFail, state(0), stateClosed, stateOpen),
	Reconnects: dropped(wire.ReasonBeaconTimeout, askStatus,
		statusIs(wire.StatusConnected), statusIs(wire.StatusDisconnected)),
	StaleReason: {
		act: func(d *demo) string {
			d.DropLink(wire.ReasonBeaconTimeout)
			d.join()
			return d.sees(askReason, 6)
		},
		with:    reasonIs(wire.ReasonBeaconTimeout),
		without: reasonIs(wire.ReasonNone),
	},
	StationOnly: {
		apart: true,
		act: func(d *demo) string {
			d.expect("e018 02 02 6170 01 06 ee ffff", "e0980101 01 ee")
			return d.sees(askStatus, 6)
		},
		with:    statusIs(wire.StatusStopped),
		without: statusIs(wire.StatusAPListening),
	},
	StaleLookup: {
		cfg: Config{Hosts: map[string]netip.Addr{"a.test": loopback}},
		act: func(d *demo) string {
			d.expect(resolveCmd("a.test"), "e0b40101 01 ee")
			d.expect(resolveCmd("b.test"), "e0b40101 00 ee")
			return d.sees("e03500ee", 9)
		},
		with:    "e0b50104 7f000001 ee",
		without: "e0b50104 ffffffff ee",
	},
	WideTime: {
		act:     func(d *demo) string { return d.sees("e03b00ee", 4) },
		with:    "e0bb0108",
		without: "e0bb0104",
	},
}

// air is so many networks, the first of them the default one.
func air(n int) []AccessPoint {
	aps := []AccessPoint{DefaultAccessPoint()}
	for i := 1; i < n; i++ {
		aps = append(aps, AccessPoint{SSID: fmt.Sprint("net", i), RSSI: int8(-60 - i)})
	}
	return aps
}

// scan scans and returns how many networks the reply announces.
func (d *demo) scan() string {
	d.t.Helper()
	return d.sees("e02700ee", 3)[4:]
}

const askSecondRSSI = "e032 01 01 01 ee ffff"

var scanQuirks = map[Quirk]demonstration{
	ScanDropsLink: {
		act: func(d *demo) string {
			d.scan()
			return d.sees(askStatus, 6)
		},
		with:    statusIs(wire.StatusScanCompleted),
		without: statusIs(wire.StatusConnected),
	},
	TenNetworks: {
		cfg:     Config{AccessPoints: air(12)},
		act:     (*demo).scan,
		with:    "0a",
		without: "0c",
	},
	StaleScan: {
		cfg: Config{AccessPoints: air(2)},
		act: func(d *demo) string {
			d.scan()
			d.SetAccessPoints(air(1)...)
			return d.scan() + d.sees(askSecondRSSI, 9)
		},
		with:    "01 e0b20104 c3ffffff ee",
		without: "01 e0b20104 00000000 ee",
	},
	NegativeScanCount: {
		act: func(d *demo) string {
			d.SetScanFailure(true)
			return d.scan()
		},
		with:    "fe",
		without: "00",
	},
	RawEncryption: {
		act: func(d *demo) string {
			d.scan()
			return d.sees("e033 01 01 00 ee ffff", 6)
		},
		with:    "e0b30101 03 ee",
		without: "e0b30101 04 ee",
	},
}
