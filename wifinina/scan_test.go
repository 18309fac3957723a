package wifinina

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// town is an air with a hidden network, two access points of one name, and one
// of every kind of encryption.
func town() []emulator.AccessPoint {
	at := func(ssid string, rssi int8, e wire.Encryption) emulator.AccessPoint {
		return emulator.AccessPoint{SSID: ssid, RSSI: rssi, Encryption: e, Channel: uint8(-rssi) % 13,
			BSSID: [6]byte{2, 0, 0, 0, 0, uint8(-rssi)}}
	}
	hidden := at("secret", -20, wire.EncryptionWPA2)
	hidden.Hidden = true
	return []emulator.AccessPoint{emulator.DefaultAccessPoint(), hidden,
		at("cafe", -50, wire.EncryptionNone), at("cafe", -60, wire.EncryptionNone), at("wep", -70, wire.EncryptionWEP),
		at("wpa", -71, wire.EncryptionWPA), at("wpa3", -72, wire.EncryptionUnknown), at(strings.Repeat("x", 32), -73, 0)}
}

func TestScan(t *testing.T) {
	eachFirmware(t, emulator.Config{AccessPoints: town()}, func(t *testing.T, d *Device, b *faultyBus) {
		list, err := d.Scan()
		require.NoError(t, err)
		var got []string
		for _, n := range list {
			got = append(got, fmt.Sprint(n.SSID, " ", n.BSSID, " ", n.Channel, " ", n.RSSI, " ", n.Encryption))
		}
		assert.Equal(t, []string{
			"ninatrace 24:0a:c4:10:20:30 6 -47 WPA2",
			"cafe 02:00:00:00:00:32 11 -50 NONE",
			"cafe 02:00:00:00:00:3c 8 -60 NONE",
			"wep 02:00:00:00:00:46 5 -70 WEP",
			"wpa 02:00:00:00:00:47 6 -71 WPA",
			"wpa3 02:00:00:00:00:48 7 -72 UNKNOWN",
			strings.Repeat("x", 32) + " 02:00:00:00:00:49 8 -73 NONE",
		}, got)
		d.NetDisconnect() // firmware that looks for its network does not scan
		b.SetAccessPoints()
		list, err = d.Scan()
		require.NoError(t, err)
		assert.Empty(t, list)
	})
}

func TestScanInACrowd(t *testing.T) {
	var crowd []emulator.AccessPoint
	for i := range 60 {
		crowd = append(crowd, emulator.AccessPoint{SSID: fmt.Sprintf("%032d", i), RSSI: int8(-i)})
	}
	eachFirmware(t, emulator.Config{AccessPoints: append(crowd, emulator.DefaultAccessPoint())},
		func(t *testing.T, d *Device, _ *faultyBus) {
			list, err := d.Scan()
			require.NoError(t, err)
			if d.fw.scansAll {
				require.Len(t, list, 61)
				assert.Equal(t, -59, list[60].RSSI)
			} else {
				require.Len(t, list, wire.MaxNetworks)
			}
			for i, n := range list[:10] {
				assert.Equal(t, fmt.Sprintf("%032d", i), n.SSID)
			}
		})
}

func TestAScanThatFails(t *testing.T) {
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, b *faultyBus) {
		b.SetScanFailure(true)
		_, err := d.Scan()
		assert.ErrorIs(t, err, ErrScanFailed)
		b.SetScanFailure(false)
		list, err := d.Scan()
		require.NoError(t, err)
		assert.Len(t, list, 1)
	})
	d, b := faultyDevice(t, emulator.Config{})
	b.forge(wire.ScanNetworks, 0xEF, 0, 0xEE)
	_, err := d.Scan()
	assert.ErrorIs(t, err, ErrUnsupported)
	for _, cmd := range []wire.Command{wire.GetIdxRSSI, wire.GetIdxChannel, wire.GetIdxEncT, wire.GetIdxBSSID} {
		b.forge(cmd, 0xE0, byte(cmd)|0x80, 2)
		list, err := d.Scan()
		assert.ErrorIs(t, err, wire.ErrCount, "%v", cmd)
		assert.Empty(t, list)
	}
	b.SetAccessPoints()
	b.forge(wire.GetConnStatus, 0xE0, 0xA0, 2)
	_, err = d.Scan()
	assert.ErrorIs(t, err, wire.ErrCount)
}

// Where a scan ends the link, everybody is told, and a NetConnect at work ends.
func TestScanAndTheLink(t *testing.T) {
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, _ *faultyBus) {
		var events []netlink.Event
		d.NetNotify(func(e netlink.Event) { events = append(events, e) })
		o := d.begin(bus.Call{Op: bus.OpNetConnect})
		o.session = d.beginSession()
		_, err := d.Scan()
		require.NoError(t, err)
		status, err := d.Status()
		require.NoError(t, err)
		if d.fw.scanLeaves {
			assert.Equal(t, wire.StatusScanCompleted, status)
			assert.Equal(t, []netlink.Event{netlink.EventNetDown}, events)
			assert.Equal(t, ErrSuperseded, o.acquire())
		} else {
			assert.Equal(t, wire.StatusConnected, status)
			assert.Empty(t, events)
			require.NoError(t, o.acquire())
			o.release()
		}
		require.NoError(t, d.NetConnect(&home), "and back")
	})
}

func TestScanBeforeTheFirstJoin(t *testing.T) {
	d, b := newDevice(t, emulator.Config{})
	list, err := d.Scan()
	require.NoError(t, err)
	assert.Len(t, list, 1)
	require.NoError(t, b.Close())
	_, err = d.Scan()
	assert.ErrorIs(t, err, bus.ErrClosed)
}

func TestNetworkInUse(t *testing.T) {
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, b *faultyBus) {
		n, err := d.Network()
		require.NoError(t, err)
		assert.Equal(t, "ninatrace 24:0a:c4:10:20:30 0 -47 WPA2",
			fmt.Sprint(n.SSID, " ", n.BSSID, " ", n.Channel, " ", n.RSSI, " ", n.Encryption))
		rssi, err := d.RSSI()
		require.NoError(t, err)
		assert.Equal(t, -47, rssi)
		for _, cmd := range []wire.Command{wire.GetCurrSSID, wire.GetCurrBSSID, wire.GetCurrRSSI, wire.GetCurrEncT} {
			b.forge(cmd, 0xE0, byte(cmd)|0x80, 2)
			_, err := d.Network()
			assert.ErrorIs(t, err, wire.ErrCount, "%v", cmd)
		}
		b.heal()
		d.NetDisconnect()
		_, err = d.Network()
		assert.EqualError(t, err, "Exchange: GET_CURR_SSID: not connected")
		if d.fw.has(wire.GetReasonCode) {
			reason, err := d.ReasonCode()
			require.NoError(t, err)
			assert.Equal(t, wire.ReasonAssocLeave, reason)
		}
	})
}

func TestStaticAddress(t *testing.T) {
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, _ *faultyBus) {
		c, err := d.IPConfig()
		require.NoError(t, err)
		assert.Equal(t, "{192.168.1.23 255.255.255.0 192.168.1.1}", fmt.Sprint(c))
		want := IPConfig{netip.MustParseAddr("10.0.0.9"), netip.MustParseAddr("255.0.0.0"), netip.MustParseAddr("10.0.0.1")}
		require.NoError(t, d.SetIPConfig(want))
		require.NoError(t, d.SetDNSServers(want.Gateway, netip.Addr{}))
		require.NoError(t, d.NetConnect(&home))
		c, err = d.IPConfig()
		require.NoError(t, err)
		assert.Equal(t, want, c)
		if !d.fw.has(wire.GetDNSConfig) {
			return
		}
		one, two, err := d.DNSServers()
		require.NoError(t, err)
		assert.Equal(t, want.Gateway, one)
		assert.False(t, two.IsValid())
		require.NoError(t, d.SetDNSServers(netip.Addr{}, want.Addr))
		one, two, err = d.DNSServers()
		require.NoError(t, err)
		assert.Equal(t, []netip.Addr{want.Gateway, want.Addr}, []netip.Addr{one, two})
	})
}
