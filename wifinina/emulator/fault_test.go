package emulator

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// ready requires the level that is seen at the moment.
func (h *rawHost) ready(want bus.Ready, msg string) {
	h.t.Helper()
	_, err := h.WaitReady(want, 0)
	require.NoError(h.t, err, msg)
}

// inBubbleHost runs a test on a booted emulator in virtual time.
func inBubbleHost(t *testing.T, cfg Config, test func(t *testing.T, h *rawHost)) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, cfg)
		h.await(bus.Armed)
		test(t, h)
	})
}

func TestDamagedReplies(t *testing.T) {
	for _, c := range []struct {
		fault Fault
		want  string
	}{
		{Fault{Kind: ErrorReply}, "ef00ee000000000000000000"},
		{Fault{Kind: WrongEcho, N: 0x20}, "e0a00106322e302e3000ee00"},
		{Fault{Kind: FlipBit}, "60b70106322e302e3000ee00"},
		{Fault{Kind: FlipBit, N: 34}, "e0b70106122e302e3000ee00"},
		{Fault{Kind: FlipBit, N: 96 + 15}, "e0b60106322e302e3000ee00"},
		{Fault{Kind: Truncate, N: 5}, "e0b701063200000000000000"},
		{Fault{Kind: Overlong, N: 200}, "e0b701ce322e302e3000ee00"},
	} {
		t.Run(fmt.Sprint(c.fault.Kind, c.fault.N), func(t *testing.T) {
			h := newHost(t, Config{})
			c.fault.Command = wire.GetFWVersion
			h.Inject(c.fault)
			h.expect(askStatus, isIdle)
			assert.Equal(t, c.want, h.ask(askVersion, isVersion))
			h.expect(askVersion, isVersion)
		})
	}
}

func TestOverlongWideReply(t *testing.T) {
	h := newHost(t, Config{})
	h.Inject(Fault{Kind: Overlong, N: 0x102})
	h.expect(getDatabufCmd(0, 10), "e0c501 0102 ee")
	h.Inject(Fault{Kind: Overlong, N: 1})
	h.expect("ffffffff", "ef00ee00")
}

// TestErrorReplyDoesNotExecute: the command is refused, not done in secret.
func TestErrorReplyDoesNotExecute(t *testing.T) {
	h := newHost(t, Config{})
	h.Inject(Fault{Kind: ErrorReply})
	h.expect("e0 51 02 01 19 01 01 ee", "ef00ee00")
	h.expect("e0 53 01 01 19 ee ff ff", "e0d3010100ee")
}

func TestFaultsThatRepeat(t *testing.T) {
	h := newHost(t, Config{})
	h.Inject(Fault{Kind: ErrorReply, Command: wire.GetFWVersion, Nth: 2, Times: -1})
	h.expect(askVersion, isVersion)
	for range 5 {
		h.expect(askVersion, "ef00ee00")
		h.expect(askStatus, isIdle)
	}
	h.ClearFaults()
	h.expect(askVersion, isVersion)
}

// TestRebootInAnyState: everything is forgotten, and the chip boots.
func TestRebootInAnyState(t *testing.T) {
	const setPin, getPin = "e0 51 02 01 19 01 01 ee", "e0 53 01 01 19 ee ff ff"
	booted := func(t *testing.T, h *rawHost) {
		t.Helper()
		h.ready(bus.Busy, "it boots")
		d, err := h.WaitReady(bus.Armed, time.Hour)
		require.NoError(t, err)
		require.Equal(t, RealBootTime, d)
		h.expect(getPin, "e0d3010100ee")
	}
	for name, get := range map[string]func(t *testing.T, h *rawHost){
		"idle": func(t *testing.T, h *rawHost) { h.Inject(Fault{Kind: Reboot}) },
		"booting": func(t *testing.T, h *rawHost) {
			h.restart(bus.High)
			time.Sleep(RealBootTime / 3)
			h.Inject(Fault{Kind: Reboot})
		},
		"joining": func(t *testing.T, h *rawHost) {
			h.write("e01102 09 6e696e617472616365 09 6e696e617472616365 ee ffff")
			h.Inject(Fault{Kind: Reboot})
		},
		"in a lookup": func(t *testing.T, h *rawHost) {
			h.Inject(Fault{Kind: DeadDNS})
			h.join()
			h.write("e03401 09 706565722e74657374 eeffff")
			h.Inject(Fault{Kind: Reboot})
		},
		"in a scan": func(t *testing.T, h *rawHost) {
			h.write("e02700ee")
			h.ready(bus.Busy, "it scans")
			h.Inject(Fault{Kind: Reboot})
		},
		"in a receive": func(t *testing.T, h *rawHost) {
			h.openFD(wire.SockDgram, fd0)
			h.write(recvFD(fd0, 10))
			h.Inject(Fault{Kind: Reboot})
		},
		"reply half clocked": func(t *testing.T, h *rawHost) {
			h.write(askVersion)
			h.ready(bus.Armed, "the reply")
			h.Select()
			h.Tx(nil, make([]byte, 5))
			h.Inject(Fault{Kind: Reboot})
			got := fill(7, 0xA5)
			h.Tx(nil, got)
			require.Equal(t, fill(7, 0), got, "nobody drives MISO")
			h.Deselect()
		},
		"selected": func(t *testing.T, h *rawHost) {
			h.Select()
			h.Inject(Fault{Kind: Reboot})
			h.Tx(unhex(t, askStatus), nil)
			h.Deselect()
		},
		"at work": func(t *testing.T, h *rawHost) {
			h.Inject(Fault{Kind: Reboot, Command: wire.GetConnStatus})
			h.write(askStatus)
		},
		"reply armed": func(t *testing.T, h *rawHost) {
			h.write(askStatus)
			h.Inject(Fault{Kind: Reboot})
		},
		"reply selected": func(t *testing.T, h *rawHost) {
			h.Inject(Fault{Kind: Reboot, Nth: 1, N: 1})
			h.write(askStatus)
			h.ready(bus.Armed, "the reply")
			h.Select()
			got := fill(8, 0xA5)
			h.Tx(nil, got)
			require.Equal(t, fill(8, 0), got, "nobody drives MISO")
			h.Deselect()
		},
		"reply read": func(t *testing.T, h *rawHost) {
			h.Inject(Fault{Kind: Reboot, Nth: 1, N: 2})
			h.expect(askStatus, isIdle)
		},
		"next command": func(t *testing.T, h *rawHost) {
			h.Inject(Fault{Kind: Reboot, Nth: 1, N: 3})
			h.expect(askStatus, isIdle)
			h.ready(bus.Armed, "the next command")
			h.Select()
			h.Deselect()
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubbleHost(t, Config{BootTime: RealBootTime, ScanTime: time.Second}, func(t *testing.T, h *rawHost) {
				h.expect(setPin, "e0d1010101ee")
				get(t, h)
				booted(t, h)
			})
		})
	}
}

func TestRebootWhileConnecting(t *testing.T) {
	inBubble(t, MemoryConfig{}, func(t *testing.T, lan *Memory) {
		lan.SetReach(peerAddr, BlackHole)
		h := onMemory(t, lan, Config{})
		h.write(startClientAt(netip.AddrPortFrom(peerAddr, webPort), 0))
		time.AfterFunc(time.Second, func() { h.Inject(Fault{Kind: Reboot}) })
		d, err := h.WaitReady(bus.Armed, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, time.Second+defaultBootTime, d)
		h.expect(askStatus, isIdle)
	})
}

func TestInjectedCrash(t *testing.T) {
	inBubbleHost(t, Config{}, func(t *testing.T, h *rawHost) {
		h.Inject(Fault{Kind: Crash, Command: wire.GetConnStatus})
		h.write(askStatus)
		_, err := h.WaitReady(bus.Armed, time.Hour)
		require.ErrorIs(t, err, bus.ErrReadyTimeout)
		h.Inject(Fault{Kind: Reboot}) // nothing is left to do it
		h.ready(bus.Busy, "dead")
		h.restart(bus.High)
		h.expect(askStatus, isIdle)
		require.Empty(t, h.Misuses(), "it was not the host's fault")
	})
}

func TestConnectionFaults(t *testing.T) {
	const alive, gone = "e0af0101 04 ee", "e0af0101 00 ee"
	inBubble(t, MemoryConfig{}, func(t *testing.T, lan *Memory) {
		echo(t, lan.Node(peerAddr), webPort)
		h := onMemory(t, lan, Config{})
		for slot := range 3 {
			h.expect(startClientAt(netip.AddrPortFrom(peerAddr, webPort), slot), "e0ad0101 01 ee")
		}
		h.expect(sendDataCmd(1, "hello"), "e0c40102 0500 ee")
		h.poll(slotCmd(0x2B, 1), "e0ab0102 0500 ee")
		h.Inject(Fault{Kind: LoseSlot, N: 0})
		h.Inject(Fault{Kind: ResetPeer, N: 1})
		h.Inject(Fault{Kind: ResetPeer, N: 9}) // nobody there

		h.expect(slotCmd(0x2F, 0), gone)
		h.expect("e03f00ee", "e0bf0101 00 ee")
		h.expect(sendDataCmd(1, "hello"), "e0c40102 0000 ee")
		h.expect(slotCmd(0x2F, 1), alive) // something is left to read
		h.expect(getDatabufCmd(1, 10), "e0c501 0005 68656c6c6f ee")
		h.expect(slotCmd(0x2F, 1), gone)
		h.expect(slotCmd(0x2F, 2), alive)
	})
}

func TestRefusedSends(t *testing.T) {
	inBubble(t, MemoryConfig{}, func(t *testing.T, lan *Memory) {
		echo(t, lan.Node(peerAddr), webPort)
		h := onMemory(t, lan, Config{})
		h.expect(startClientAt(netip.AddrPortFrom(peerAddr, webPort), 0), "e0ad0101 01 ee")
		h.Inject(Fault{Kind: RefuseSends, For: time.Second})
		h.expect(sendDataCmd(0, "hello"), "e0c40102 0000 ee")
		time.Sleep(time.Second)
		h.expect(sendDataCmd(0, "hello"), "e0c40102 0500 ee")
		h.Inject(Fault{Kind: RefuseSends, N: 3})
		time.Sleep(time.Hour)
		h.expect(sendDataCmd(0, "hello"), "e0c40102 0300 ee")
		h.poll(slotCmd(0x2B, 0), "e0ab0102 0800 ee")
	})
}

func TestDeadDNS(t *testing.T) {
	const lookup = "e03401 09 706565722e74657374 eeffff"
	inBubble(t, MemoryConfig{}, func(t *testing.T, lan *Memory) {
		h := onMemory(t, lan, Config{Hosts: map[string]netip.Addr{"peer.test": peerAddr}})
		h.Inject(Fault{Kind: DeadDNS, For: time.Minute})
		start := time.Now()
		h.expect(lookup, "e0b40101 00 ee")
		assert.Equal(t, dnsTimeout, time.Since(start))
		time.Sleep(time.Minute)
		h.expect(lookup, "e0b40101 01 ee")
	})
}

func TestFaultKindsHaveNames(t *testing.T) {
	names := map[string]bool{}
	for k := FaultKind(1); k < faultKinds; k++ {
		names[k.String()] = true
		assert.NotContains(t, k.String(), "fault ")
	}
	assert.Len(t, names, int(faultKinds)-1)
	assert.Equal(t, "fault 200", FaultKind(200).String())
}
