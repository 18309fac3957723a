package emulator

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

var slotQuirks = map[Quirk]demonstration{
	UnreservedSlots: {
		act:     func(d *demo) string { return d.sees(getSocketCmd, 6) + d.sees(getSocketCmd, 6) },
		with:    slotIs(0) + slotIs(0),
		without: slotIs(0) + slotIs(1),
	},
	StateFreesSlots: {
		act: func(d *demo) string {
			d.expect(startServer3(webPort, 0, 0), okServer)
			d.expect(state(0), stateClosed)
			return d.sees(getSocketCmd, 6)
		},
		with:    slotIs(0),
		without: slotIs(1),
	},
	StateFreesDialled: {
		base: Adafruit330,
		act: func(d *demo) string {
			require.NoError(d.t, d.dial(0).Close())
			d.settle()
			d.expect(state(0), stateClosed)
			return d.sees(getSocketCmd, 6)
		},
		with:    slotIs(0),
		without: slotIs(1),
	},
	ImmortalListeners: {
		act: func(d *demo) string {
			d.expect(startServer3(webPort, 0, 0), okServer)
			d.expect(stop(0), stopped)
			return d.sees(slotCmd(wire.GetStateTCP, 0), 6) + d.sees(startServer3(webPort, 1, 0), 6)
		},
		with:    "e0a9010101ee" + failedServer,
		without: "e0a9010100ee" + okServer,
	},
	LeftoverServer: {
		act: func(d *demo) string {
			d.expect(startServer3(webPort, 0, 0), okServer)
			d.expect(stop(0), stopped)
			d.dial(0)
			return d.sees(sendDataCmd(0, "lost"), 7)
		},
		with:    writtenIs(0),
		without: writtenIs(4),
	},
	LeakyStart: {
		act: func(d *demo) string {
			first := d.dial(0)
			d.dial(0)
			require.NoError(d.t, first.SetReadDeadline(time.Now().Add(time.Second)))
			_, err := first.Read(make([]byte, 1))
			return fmt.Sprint(err == io.EOF, errors.Is(err, os.ErrDeadlineExceeded))
		},
		with:    "false true",
		without: "true false",
	},
	UncheckedPort: {
		act: func(d *demo) string {
			d.expect(startServer3(webPort, 0, 0), okServer)
			return d.sees(startServer3(webPort, 1, 0), 6)
		},
		with:    okServer,
		without: failedServer,
	},
	AcceptFlag:    silentClient(Arduino200, acceptC(0), availIs(1), noClient),
	AlwaysAccepts: silentClient(Adafruit330, avail(0), availIs(1), noClient),
	SilentClients: silentClient(Arduino200, avail(0), noClient, availIs(1)),
	Broadcasts: {
		act: func(d *demo) string {
			d.expect(startServer3(webPort, 0, 0), okServer)
			d.visit("hi")
			d.expect(avail(0), availIs(1))
			return d.sees(sendDataCmd(0, "all"), 7)
		},
		with:    writtenIs(3),
		without: writtenIs(0),
	},
	ShortSends: {
		network: MemoryConfig{Window: 1000},
		act: func(d *demo) string {
			far := d.dial(0)
			text := strings.Repeat("x", 4000)
			d.expect(sendDataCmd(0, text), writtenIs(4000))
			d.settle()
			time.AfterFunc(time.Second, func() { io.Copy(io.Discard, far) })
			return d.sees(sendDataCmd(0, text), 7)
		},
		with:    writtenIs(tcpWindow - 4000),
		without: writtenIs(4000),
	},
	FullCloses: {
		network: MemoryConfig{Window: 1000},
		act: func(d *demo) string {
			d.dial(0)
			text := strings.Repeat("x", 4000)
			d.expect(sendDataCmd(0, text), writtenIs(4000))
			d.settle()
			d.expect(sendDataCmd(0, text), writtenIs(tcpWindow-4000))
			d.expect(sendDataCmd(0, text), writtenIs(0))
			return d.sees(state(0), 6)
		},
		with:    stateClosed,
		without: stateOpen,
	},
	UnnoticedFIN: {
		act: func(d *demo) string {
			require.NoError(d.t, d.dial(0).CloseWrite())
			d.settle()
			return d.sees(state(0), 6)
		},
		with:    stateOpen,
		without: stateClosed,
	},
	AlwaysSent: {
		network: MemoryConfig{Window: 1000},
		act: func(d *demo) string {
			d.dial(0)
			d.expect(sendDataCmd(0, strings.Repeat("x", 4000)), writtenIs(4000))
			d.settle()
			return d.sees(slotCmd(wire.DataSentTCP, 0), 6)
		},
		with:    "e0aa010101ee",
		without: "e0aa010100ee",
	},
	NothingIsFF: {
		act: func(d *demo) string {
			d.dial(0)
			return d.sees("e02c 02 01 00 01 00 ee", 6)
		},
		with:    "e0ac0101ffee",
		without: "ef00ee000000",
	},
	EmptyFailure: {
		act:     func(d *demo) string { return d.sees(startClientAt(d.nobody(), 0), 6) },
		with:    failedStart + "0000",
		without: "e0ad010100ee",
	},
	TurnedAddress: {
		act:     func(d *demo) string { return d.knocks() },
		with:    "",
		without: "22", // the first byte of a TLS handshake
	},
	StickyIdentity: {
		base: Adafruit330,
		act: func(d *demo) string {
			d.expect(pemCmd(0x40, "no certificate"), "e0c0010101ee")
			d.expect(pemCmd(0x41, "no key"), "e0c1010101ee")
			return d.knocks() + d.knocks()
		},
		with:    "0 0", // it cannot show these
		without: "0 22",
	},
}

// silentClient shows how a client that sends nothing is reported.
func silentClient(base func() Profile, ask, with, without string) demonstration {
	return demonstration{
		base: base,
		act: func(d *demo) string {
			d.expect(startServer3(webPort, 0, 0), okServer)
			d.visit("")
			return d.sees(ask, 7)
		},
		with:    with,
		without: without,
	}
}

// knocks makes the module connect to the peer by TLS, and returns the first
// byte the peer gets, nothing if it gets no connection.
func (d *demo) knocks() (seen string) {
	d.t.Helper()
	ln, err := d.peer.Listen(0)
	require.NoError(d.t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		first := make([]byte, 1)
		if _, err := c.Read(first); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
			seen = err.Error()
			return
		}
		seen = fmt.Sprint(first[0], " ")
	}()
	to := addrPort(ln.Addr())
	d.expect(fmt.Sprintf("e02d04 04 %x 02 %04x 01 00 01 02 ee", to.Addr().As4(), to.Port()), failedStart)
	d.settle()
	require.NoError(d.t, ln.Close())
	<-done
	return seen
}
