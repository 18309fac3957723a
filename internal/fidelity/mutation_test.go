package fidelity

import (
	"bytes"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// worldly says which bytes of a reply are a fact about the world, from and to.
// All others come from the firmware alone.
func worldly(x *exchange) (from, to int) {
	value := func(n int) (int, int) { return 4, 4 + n }
	switch x.cmd {
	case wire.GetConnStatus, wire.GetReasonCode, wire.GetCurrRSSI, wire.GetCurrEncT, wire.ReqHostByName, wire.GetDataTCP,
		wire.GetIdxRSSI, wire.GetIdxEncT, wire.GetIdxChannel, wire.SendDataUDP, wire.StartServerTCP, wire.SocketBind,
		wire.SocketConnect, wire.SocketPoll:
		return value(1)
	case wire.AvailDataTCP, wire.SendDataTCP, wire.Ping:
		return value(2)
	case wire.GetDNSConfig, wire.GetHostByName, wire.GetTime, wire.SocketIoctl:
		return value(4)
	case wire.GetMACAddr, wire.GetCurrBSSID, wire.GetIdxBSSID:
		return value(6)
	case wire.GetIPAddr, wire.ScanNetworks:
		return 3, len(x.out) - 1
	case wire.GetRemoteData:
		return 4, 11
	case wire.GetDatabufTCP, wire.SocketRecv:
		return 5, len(x.out) - 1
	case wire.SocketRecvFrom:
		return 4, len(x.out) - 1
	case wire.SocketAccept:
		return 5, len(x.out) - 1
	}
	return 0, 0
}

// TestEveryByteCounts: the world is inferred from the replies, but the replies
// are not. Each byte that is no fact about the world, changed in the recording,
// makes a difference.
func TestEveryByteCounts(t *testing.T) {
	recordings, err := Load(golden)
	require.NoError(t, err)
	seen := map[string]bool{}
	flipped := 0
	for _, r := range recordings {
		for _, x := range exchanges(r) {
			kind := string(append([]byte{byte(x.cmd), byte(len(x.out))}, x.out[:min(len(x.out), 2)]...))
			if x.reply < 0 || seen[kind] {
				continue
			}
			seen[kind] = true
			from, to := worldly(x)
			for i := range x.out {
				if i < from || i >= to {
					flipped++
					assert.True(t, noticed(t, r, x, i), "%s, %s: byte %d of %x", r.Name, nameOf(x), i, x.out)
				}
			}
		}
	}
	require.Greater(t, flipped, 500)
}

// noticed reports whether changing one byte of a reply makes it different.
func noticed(t *testing.T, r *Recording, x *exchange, i int) bool {
	t.Helper()
	changed := &Recording{Name: r.Name, Steps: slices.Clone(r.Steps)}
	miso := bytes.Clone(x.out)
	miso[i] ^= 1
	changed.Steps[x.reply].MISO = miso
	result := played(t, changed)
	return slices.ContainsFunc(result.Differences, func(d Difference) bool { return d.N == x.n })
}

// TestOtherFirmware: an emulator that behaves as another release does is found
// out, command by command.
func TestOtherFirmware(t *testing.T) {
	recordings, err := Load(golden)
	require.NoError(t, err)
	for _, c := range []struct {
		name    string
		profile emulator.Profile
		finds   []string // recordings
	}{
		{"arduino-1.4.8", emulator.Arduino148(), []string{"info", "join", "lowsock", "server_accept"}},
		{"arduino-1.5.0", emulator.Arduino150(), []string{"info", "join", "server_accept"}},
		{"adafruit-3.3.0", emulator.Adafruit330(), []string{"ap", "exhaust", "join", "scan", "tls"}},
	} {
		for _, r := range recordings {
			if !slices.Contains(c.finds, r.Name) {
				continue
			}
			var result Result
			synctest.Test(t, func(*testing.T) {
				result = play(r, func(cfg *emulator.Config) { cfg.Profile = c.profile })
			})
			assert.NotEmpty(t, result.Differences, "%s on %s", r.Name, c.name)
		}
	}
}
