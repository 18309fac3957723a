package wifinina

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// office is an air with networks that no passphrase opens.
func office() []emulator.AccessPoint {
	return []emulator.AccessPoint{
		emulator.DefaultAccessPoint(),
		{SSID: "old", Passphrase: "12345", Encryption: wire.EncryptionWEP},
		{SSID: "corp", Username: "ann", Passphrase: "secret"},
	}
}

func to(ssid string) *netlink.ConnectParams { return &netlink.ConnectParams{Ssid: ssid, Retries: 1} }

// current returns the name of the network in use.
func current(t *testing.T, d *Device) string {
	t.Helper()
	n, err := d.Network()
	require.NoError(t, err)
	return n.SSID
}

func TestNetConnectWEP(t *testing.T) {
	eachFirmware(t, emulator.Config{AccessPoints: office()}, func(t *testing.T, d *Device, b *faultyBus) {
		events := 0
		d.NetNotify(func(netlink.Event) { events++ })
		require.NoError(t, d.NetConnectWEP(to("old"), "12345"))
		assert.Equal(t, "old", current(t, d))
		assert.Equal(t, 2, events, "down and up")
		assert.Equal(t, 1, b.requests[wire.SetKey])
		assert.ErrorIs(t, d.NetConnectWEP(nil, "12345"), netlink.ErrMissingSSID)
	})
	d := online(t, emulator.Config{AccessPoints: office()})
	err := d.NetConnectWEP(to("old"), "54321")
	assert.EqualError(t, err, "Exchange: GET_REASON_CODE: the access point rejected the passphrase")
}

func TestNetConnectEnterprise(t *testing.T) {
	ann := Enterprise{Identity: "anonymous", Username: "ann", Password: "secret"}
	eachFirmware(t, emulator.Config{AccessPoints: office()}, func(t *testing.T, d *Device, b *faultyBus) {
		require.NoError(t, d.NetConnectEnterprise(to("corp"), ann))
		assert.Equal(t, "corp", current(t, d))
		long := ann
		long.Password = string(make([]byte, maxEntArduino+1))
		sent := b.requests[wire.SetEnt] + b.requests[wire.SetEntPasswd]
		assert.ErrorIs(t, d.NetConnectEnterprise(to("corp"), long), ErrTooLong)
		assert.Equal(t, sent, b.requests[wire.SetEnt]+b.requests[wire.SetEntPasswd], "not sent")
		checked := ann
		checked.RootCA = string(make([]byte, 1900))
		if d.fw.entSteps {
			assert.ErrorIs(t, d.NetConnectEnterprise(to("corp"), checked), ErrUnsupported)
		} else {
			require.NoError(t, d.NetConnectEnterprise(to("corp"), checked), "longer than the device's buffer")
		}
	})
}

// Both ways, byte by byte.
func TestRequestsOfEnterprise(t *testing.T) {
	for _, c := range []struct {
		profile emulator.Profile
		want    []string
	}{
		{emulator.Arduino200(), []string{
			"E0 40 06 00 01 00 00 04 63 6F 72 70 00 03 61 6E 6E 00 06 73 65 63 72 65 74 00 02 69 64 00 01 00 EE FF FF FF"}},
		{emulator.Adafruit177(), []string{"E0 4A 01 02 69 64 EE FF", "E0 4B 01 03 61 6E 6E EE",
			"E0 4C 01 06 73 65 63 72 65 74 EE FF", "E0 4F 00 EE", "E0 10 01 04 63 6F 72 70 EE FF FF FF"}},
	} {
		d, b := faultyDevice(t, emulator.Config{Profile: c.profile, AccessPoints: office()})
		var sent [][]byte
		b.onTx = func(w, _ []byte) (bool, error) {
			if w != nil && len(sent) < len(c.want) {
				sent = append(sent, append([]byte(nil), w...))
			}
			return false, nil
		}
		require.NoError(t, d.NetConnectEnterprise(to("corp"), Enterprise{"id", "ann", "secret", ""}))
		var want [][]byte
		for _, s := range c.want {
			want = append(want, unhexed(t, s))
		}
		assert.Equal(t, want, sent)
	}
}

// A step that is refused, or not answered in order, ends the join.
func TestEnterpriseStepsCanFail(t *testing.T) {
	for _, cmd := range []wire.Command{wire.SetEntIdent, wire.SetEntUName, wire.SetEntPasswd, wire.SetEntEnable} {
		d, b := faultyDevice(t, emulator.Config{Profile: emulator.Adafruit330(), AccessPoints: office()})
		b.forge(cmd, 0xE0, byte(cmd)|0x80, 1, 1, 0, 0xEE)
		err := d.NetConnectEnterprise(to("corp"), Enterprise{Username: "ann", Password: "secret"})
		assert.ErrorIs(t, err, ErrRefused)
		var oe *OpError
		require.ErrorAs(t, err, &oe)
		assert.Equal(t, cmd, oe.Cmd)
	}
}

func TestEnterpriseOfOldFirmware(t *testing.T) {
	p := emulator.Arduino148()
	p.Version = "1.2.3"
	d, b := faultyDevice(t, emulator.Config{Profile: p})
	assert.ErrorIs(t, d.NetConnectEnterprise(to("corp"), Enterprise{Username: "ann"}), ErrUnsupported)
	assert.Zero(t, b.requests[wire.SetEnt])
}

func TestStartAccessPoint(t *testing.T) {
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, b *faultyBus) {
		var frames [][]byte
		b.onTx = func(w, _ []byte) (bool, error) {
			if w != nil && (w[1] == byte(wire.SetAPPassphrase) || w[1] == byte(wire.SetAPNet)) {
				frames = append(frames, append([]byte(nil), w...))
			}
			return false, nil
		}
		require.NoError(t, d.StartAccessPoint("ap", "12345678", 6))
		require.NoError(t, d.StartAccessPoint("ap", "", 11))
		assert.Equal(t, [][]byte{
			unhexed(t, "E0 19 03 02 61 70 08 31 32 33 34 35 36 37 38 01 06 EE FF FF"), // reference §9 E29
			unhexed(t, "E0 18 02 02 61 70 01 0B EE FF FF FF"),
		}, frames)
		b.heal()
		c, err := d.IPConfig()
		if d.fw.stationStatus {
			assert.ErrorIs(t, err, netdev.ErrNotConnected, "it tells of the station only")
		} else {
			require.NoError(t, err)
			assert.Equal(t, "192.168.4.1", c.Addr.String())
			assert.Equal(t, "ap", current(t, d))
		}
		assert.ErrorIs(t, d.StartAccessPoint("ap", "short", 6), netlink.ErrShortPassphrase)
		b.forge(wire.SetAPPassphrase, 0xE0, 0x99, 1, 1, 0, 0xEE)
		assert.ErrorIs(t, d.StartAccessPoint("ap", "12345678", 6), ErrRefused)
		b.heal()
		require.NoError(t, d.NetConnect(&home), "and back to a station")
	})
}

// A failed join is known at once where the status tells it, also when the one
// before has failed alike, and in time where it does not.
func TestFailedJoinsOnAllFirmware(t *testing.T) {
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, _ *faultyBus) {
		for _, c := range []struct {
			params netlink.ConnectParams
			want   error
		}{
			{netlink.ConnectParams{Ssid: "elsewhere", Passphrase: "ninatrace"}, ErrNoSuchNetwork},
			{netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "not the one"}, ErrWrongPassphrase},
			{netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "not the one"}, ErrWrongPassphrase},
		} {
			if !d.fw.has(wire.GetReasonCode) {
				c.want = ErrJoinFailed
			}
			c.params.Retries, c.params.ConnectTimeout = 1, 500*time.Millisecond
			assert.ErrorIs(t, d.NetConnect(&c.params), c.want)
		}
		require.NoError(t, d.NetConnect(&home))
	})
}

// What arduino-esp32's status says of a join.
func TestJoinWatch(t *testing.T) {
	station, arduino := &profile{stationStatus: true}, &profile{}
	for _, c := range []struct {
		p    *profile
		seen []wire.Status
		want verdict
	}{
		{arduino, []wire.Status{wire.StatusNoSSIDAvail, wire.StatusConnected}, joinDone},
		{arduino, []wire.Status{wire.StatusNoSSIDAvail, wire.StatusNoSSIDAvail}, joinAtWork},
		{arduino, []wire.Status{wire.StatusDisconnected}, joinFailed},
		{station, []wire.Status{wire.StatusDisconnected, wire.StatusIdle, wire.StatusConnected}, joinDone},
		{station, []wire.Status{wire.StatusStopped, wire.StatusDisconnected, wire.StatusDisconnected}, joinAtWork},
		{station, []wire.Status{wire.StatusDisconnected, wire.StatusNoSSIDAvail}, joinFailed},
		{station, []wire.Status{wire.StatusConnectFailed, wire.StatusConnectFailed}, joinAtWork},
		{station, []wire.Status{wire.StatusNoSSIDAvail, wire.StatusConnectFailed}, joinFailed},
	} {
		w := joinWatch{profile: c.p}
		var got verdict
		for _, s := range c.seen {
			got = w.look(s)
		}
		assert.Equal(t, c.want, got, "%v", c.seen)
	}
}

func TestNetConnectTellsWhyALinkFailed(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{Profile: emulator.Adafruit330()})
	b.onReply = func(c wire.Command, at int, r []byte) {
		if c == wire.GetReasonCode {
			clear(r)
		}
	}
	params := home
	params.Passphrase, params.ConnectTimeout = "not the one", 50*time.Millisecond
	err := d.NetConnect(&params)
	assert.ErrorIs(t, err, wire.ErrIdle)
	assert.NotErrorIs(t, err, bus.ErrReadyTimeout)
}

// AuthTypeOpen joins an open network, also with a passphrase left over.
func TestNetConnectByAuthType(t *testing.T) {
	eachFirmware(t, emulator.Config{AccessPoints: append(office(), emulator.AccessPoint{SSID: "cafe"})}, func(t *testing.T, d *Device, b *faultyBus) {
		open := to("cafe")
		open.Passphrase, open.AuthType = "left over", netlink.AuthTypeOpen
		require.NoError(t, d.NetConnect(open))
		assert.Equal(t, "cafe", current(t, d))
		assert.Equal(t, 1, b.requests[wire.SetNet])
		for _, wpa := range []netlink.AuthType{netlink.AuthTypeWPA, netlink.AuthTypeWPA2, netlink.AuthTypeWPA2Mixed} {
			params := home
			params.AuthType = wpa
			require.NoError(t, d.NetConnect(&params))
		}
		params := home
		params.AuthType = 9
		assert.ErrorIs(t, d.NetConnect(&params), netlink.ErrAuthTypeNoGood)
	})
}
