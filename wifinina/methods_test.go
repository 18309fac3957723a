package wifinina

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// eachFirmware runs a test on a device that has joined, once for every profile
// of the emulator.
func eachFirmware(t *testing.T, cfg emulator.Config, test func(t *testing.T, d *Device, b *faultyBus)) {
	for _, p := range []emulator.Profile{emulator.Arduino148(), emulator.Arduino150(), emulator.Arduino200(),
		emulator.Adafruit177(), emulator.Adafruit330()} {
		t.Run(p.Family.String()+" "+p.Version, func(t *testing.T) {
			cfg := cfg
			cfg.Profile = p
			d, b := faultyDevice(t, cfg)
			test(t, d, b)
			assert.Empty(t, b.Misuses())
		})
	}
}

// unsupported requires ErrUnsupported, and that nothing was sent.
func unsupported(t *testing.T, b *faultyBus, call func() error) {
	t.Helper()
	windows := len(b.pieces)
	assert.ErrorIs(t, call(), ErrUnsupported)
	assert.Len(t, b.pieces, windows, "nothing is sent")
}

// A method is a call of the public face that consists of exchanges of its own.
type method struct {
	name  string
	call  func(*Device) error
	since wire.Command // what the firmware must have for it
}

var (
	someAddr = netip.AddrFrom4([4]byte{192, 168, 1, 20})
	someMask = netip.AddrFrom4([4]byte{255, 255, 255, 0})
	someGate = netip.AddrFrom4([4]byte{192, 168, 1, 1})
	someBuf  [300]byte
)

// methods are all but those that join, and those that only one family has.
var methods = []method{
	{"Network", func(d *Device) error { _, err := d.Network(); return err }, wire.GetCurrSSID},
	{"RSSI", func(d *Device) error { _, err := d.RSSI(); return err }, wire.GetCurrRSSI},
	{"Status", func(d *Device) error { _, err := d.Status(); return err }, wire.GetConnStatus},
	{"ReasonCode", func(d *Device) error { _, err := d.ReasonCode(); return err }, wire.GetReasonCode},
	{"IPConfig", func(d *Device) error { _, err := d.IPConfig(); return err }, wire.GetIPAddr},
	{"SetIPConfig", func(d *Device) error { return d.SetIPConfig(IPConfig{someAddr, someMask, someGate}) }, wire.SetIPConfig},
	{"DNSServers", func(d *Device) error { _, _, err := d.DNSServers(); return err }, wire.GetDNSConfig},
	{"SetDNSServers", func(d *Device) error { return d.SetDNSServers(someGate, netip.Addr{}) }, wire.SetDNSConfig},
	{"SetHostname", func(d *Device) error { return d.SetHostname("bench") }, wire.SetHostname},
	{"SetPowerSave", func(d *Device) error { return d.SetPowerSave(true) }, wire.SetPowerMode},
	{"SetDebug", func(d *Device) error { return d.SetDebug(false) }, wire.SetDebug},
	{"Temperature", func(d *Device) error { _, err := d.Temperature(); return err }, wire.GetTemperature},
	{"Time", func(d *Device) error { _, err := d.Time(); return err }, wire.GetTime},
	{"Ping", func(d *Device) error { _, err := d.Ping(netip.MustParseAddr("127.0.0.1"), 0); return err }, wire.Ping},
	{"PinMode", func(d *Device) error { return d.PinMode(4, wire.PinOutput) }, wire.SetPinMode},
	{"DigitalWrite", func(d *Device) error { return d.DigitalWrite(4, true) }, wire.SetDigitalWrite},
	{"AnalogWrite", func(d *Device) error { return d.AnalogWrite(4, 200) }, wire.SetAnalogWrite},
	{"DigitalRead", func(d *Device) error { _, err := d.DigitalRead(4); return err }, wire.GetDigitalRead},
	{"AnalogRead", func(d *Device) error { _, err := d.AnalogRead(38, wire.Attenuation11dB); return err }, wire.GetAnalogRead},
	{"AppendFile", func(d *Device) error { _, err := d.AppendFile("/fs/a", someBuf[:]); return err }, wire.WriteFile},
	{"ReadFile", func(d *Device) error { _, err := d.ReadFile("/fs/a", 0, someBuf[:]); return err }, wire.ReadFile},
	{"FileSize", func(d *Device) error { _, err := d.FileSize("/fs/a"); return err }, wire.ExistsFile},
	{"RenameFile", func(d *Device) error { return d.RenameFile("/fs/a", "/fs/b") }, wire.RenameFile},
	{"DeleteFile", func(d *Device) error { return d.DeleteFile("/fs/b") }, wire.DeleteFile},
	{"ApplyOTA", func(d *Device) error { return d.ApplyOTA() }, wire.ApplyOTA},
	{"Scan", func(d *Device) error { _, err := d.Scan(); return err }, wire.ScanNetworks},
}

// Every method works on all firmware that has its command, and is not sent to
// other.
func TestEveryMethod(t *testing.T) {
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, b *faultyBus) {
		for _, m := range methods {
			if !d.fw.has(m.since) {
				unsupported(t, b, func() error { return m.call(d) })
				continue
			}
			require.NoError(t, m.call(d), m.name)
		}
	})
}

func TestNoMethodWorksBeforeStart(t *testing.T) {
	d, _ := newDevice(t, emulator.Config{})
	for _, m := range methods[:len(methods)-1] {
		assert.ErrorIs(t, m.call(d), netdev.ErrNotConnected, m.name)
	}
	require.NoError(t, d.Start())
	require.NoError(t, d.SetHostname("early"))
	_, v := d.Firmware()
	assert.Equal(t, "2.0.0", v.String())
	require.NoError(t, d.Start(), "nothing to do")
	_, err := d.IPConfig()
	assert.ErrorIs(t, err, netdev.ErrNotConnected)
}

// A reply that is damaged fails the call it belongs to, and no later one.
func TestEveryMethodReportsDamage(t *testing.T) {
	for _, m := range methods {
		d, b := faultyDevice(t, emulator.Config{})
		_, err := d.AppendFile("/fs/a", someBuf[:])
		require.NoError(t, err)
		require.NoError(t, d.RenameFile("/fs/a", "/fs/b"))
		_, err = d.AppendFile("/fs/a", someBuf[:])
		require.NoError(t, err)
		flip(0)(b)
		err = m.call(d)
		var oe *OpError
		require.ErrorAs(t, err, &oe, m.name)
		assert.True(t, damaged(oe.Err), "%s: %v", m.name, err)
		b.heal()
		_, err = d.Status()
		require.NoError(t, err, m.name)
	}
}

func TestEveryMethodReportsALinkThatFails(t *testing.T) {
	for _, m := range methods {
		d, b := faultyDevice(t, emulator.Config{})
		b.onTx = func(_, _ []byte) (bool, error) { return true, bus.ErrLink }
		assert.ErrorIs(t, m.call(d), bus.ErrLink, m.name)
	}
}

// The requests of the reference's worked examples (§9), byte by byte, and of
// those rows that Adafruit's firmware has of its own.
func TestRequestsOfMethods(t *testing.T) {
	for _, c := range []struct {
		profile emulator.Profile
		call    func(*Device) error
		want    string
	}{
		{emulator.Arduino200(), func(d *Device) error { _, err := d.Ping(netip.MustParseAddr("127.0.0.1"), 128); return err },
			"E0 3E 02 04 7F 00 00 01 01 80 EE FF"},
		{emulator.Arduino200(), func(d *Device) error { _, err := d.RSSI(); return err }, "E0 25 01 01 FF EE FF FF"},
		{emulator.Arduino200(), func(d *Device) error { _, err := d.Time(); return err }, "E0 3B 00 EE"},
		{emulator.Arduino200(), func(d *Device) error { _, err := d.Status(); return err }, "E0 20 00 EE"},
		{emulator.Arduino200(), func(d *Device) error { _, err := d.IPConfig(); return err }, "E0 21 01 01 FF EE FF FF"},
		{emulator.Arduino200(), func(d *Device) error { return d.SetIPConfig(IPConfig{someAddr, someMask, someGate}) },
			"E0 14 04 01 03 04 C0 A8 01 14 04 C0 A8 01 01 04 FF FF FF 00 EE FF FF FF"},
		{emulator.Arduino200(), func(d *Device) error { return d.SetDNSServers(someGate, netip.Addr{}) },
			"E0 15 03 01 02 04 C0 A8 01 01 04 00 00 00 00 EE"},
		{emulator.Arduino200(), func(d *Device) error { _, err := d.AnalogRead(38, wire.Attenuation11dB); return err },
			"E0 54 01 01 02 EE FF FF"},
		{emulator.Adafruit330(), func(d *Device) error { _, err := d.AnalogRead(38, wire.Attenuation6dB); return err },
			"E0 54 02 01 26 01 02 EE"},
		{emulator.Arduino200(), func(d *Device) error { return d.PinMode(25, wire.PinOutput) }, "E0 50 02 01 19 01 01 EE"},
		{emulator.Arduino200(), func(d *Device) error { _, err := d.AppendFile("/fs/a", []byte("ABC")); return err },
			"E0 60 04 04 00 00 00 00 04 03 00 00 00 05 2F 66 73 2F 61 00 41 42 43 EE"},
	} {
		d, b := faultyDevice(t, emulator.Config{Profile: c.profile})
		want := unhexed(t, c.want)
		var sent [][]byte
		b.onTx = func(w, _ []byte) (bool, error) {
			if w != nil && w[1] == want[1] {
				sent = append(sent, append([]byte(nil), w...))
			}
			return false, nil
		}
		require.NoError(t, c.call(d))
		require.Len(t, sent, 1)
		assert.Equal(t, padTo4(want), sent[0], "%v", wire.Command(want[1]))
	}
}

// padTo4 completes a frame of the table above.
func padTo4(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0xFF)
	}
	return b
}

func unhexed(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

// What the firmware refuses is told, and what it would overrun is not sent.
func TestMethodsRefuse(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	v6 := netip.MustParseAddr("::1")
	long := strings.Repeat("n", 33)
	windows := len(b.pieces)
	for name, c := range map[string]struct{ err, want error }{
		"Ping of IPv6":     {second(d.Ping(v6, 0)), netdev.ErrMalAddr},
		"static IPv6":      {d.SetIPConfig(IPConfig{someAddr, someMask, v6}), netdev.ErrMalAddr},
		"no mask":          {d.SetIPConfig(IPConfig{Addr: someAddr, Gateway: someGate}), netdev.ErrMalAddr},
		"DNS by IPv6":      {d.SetDNSServers(v6, netip.Addr{}), netdev.ErrMalAddr},
		"host name":        {d.SetHostname(long), ErrTooLong},
		"pin":              {d.DigitalWrite(40, true), netdev.ErrInvalidArgument},
		"pin to read":      {second(d.DigitalRead(40)), netdev.ErrInvalidArgument},
		"pin mode":         {d.PinMode(4, 3), netdev.ErrInvalidArgument},
		"pin without ADC":  {second(d.AnalogRead(4, wire.Attenuation11dB)), netdev.ErrInvalidArgument},
		"attenuation":      {second(d.AnalogRead(32, 4)), netdev.ErrInvalidArgument},
		"other attenuator": {second(d.AnalogRead(32, wire.Attenuation0dB)), ErrUnsupported},
		"file elsewhere":   {second(d.FileSize("/a")), ErrNoFile},
		"file of no name":  {d.DeleteFile("/fs/"), ErrNoFile},
		"file name":        {second(d.AppendFile("/fs/"+long, nil)), ErrNoFile},
		"file to read":     {second(d.ReadFile(long, 0, someBuf[:])), ErrNoFile},
		"file to rename":   {d.RenameFile("/fs/a", long), ErrNoFile},
		"negative offset":  {second(d.ReadFile("/fs/a", -1, someBuf[:])), netdev.ErrInvalidArgument},
		"URL":              {d.DownloadFile(strings.Repeat("u", 65), "/fs/a"), ErrTooLong},
		"download name":    {d.DownloadFile("u", "a"), ErrNoFile},
		"OTA URL":          {d.DownloadOTA(strings.Repeat("u", 129)), ErrTooLong},
		"WEP key":          {d.NetConnectWEP(&home, long), ErrTooLong},
		"channel":          {d.StartAccessPoint("ap", "", 0), netdev.ErrInvalidArgument},
		"channel 14":       {d.StartAccessPoint("ap", "", 14), netdev.ErrInvalidArgument},
	} {
		assert.ErrorIs(t, c.err, c.want, name)
	}
	assert.Len(t, b.pieces, windows, "nothing is sent")
	b.forge(wire.SetPowerMode, 0xE0, 0x97, 1, 1, 0, 0xEE)
	assert.ErrorIs(t, d.SetPowerSave(true), ErrRefused)
	assert.EqualError(t, d.SetPowerSave(true), "Exchange: SET_POWER_MODE: the firmware refused")
}

func second[T any](_ T, err error) error { return err }

func TestTimeIsNotSetBeforeAJoin(t *testing.T) {
	d, b := newDevice(t, emulator.Config{})
	require.NoError(t, d.Start())
	_, err := d.Time()
	assert.ErrorIs(t, err, ErrTimeNotSet)
	require.NoError(t, d.NetConnect(&home))
	now, err := d.Time()
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), now, 2*time.Second)
	assert.Equal(t, time.UTC, now.Location())
	assert.Empty(t, b.Misuses())
}

func TestPing(t *testing.T) {
	near := netip.MustParseAddr("10.0.0.1")
	eachFirmware(t, emulator.Config{Pings: map[netip.Addr]time.Duration{near: 20 * time.Millisecond}},
		func(t *testing.T, d *Device, b *faultyBus) {
			rtt, err := d.Ping(near, 0)
			require.NoError(t, err)
			assert.Equal(t, 20*time.Millisecond, rtt)
			b.forge(wire.Ping, 0xE0, 0xBE, 1, 2, 0xFF, 0xFF, 0xEE)
			rtt, err = d.Ping(near, 0)
			assert.Zero(t, rtt)
			assert.ErrorIs(t, err, netdev.ErrTimeout)
		})
}

func TestPinsOfTheCoprocessor(t *testing.T) {
	eachFirmware(t, emulator.Config{}, func(t *testing.T, d *Device, _ *faultyBus) {
		require.NoError(t, d.PinMode(4, wire.PinOutput))
		for _, level := range []bool{true, false} {
			require.NoError(t, d.DigitalWrite(4, level))
			if d.fw.has(wire.GetDigitalRead) {
				got, err := d.DigitalRead(4)
				require.NoError(t, err)
				assert.Equal(t, level, got)
			}
		}
		n, err := d.AnalogRead(38, wire.Attenuation11dB)
		require.NoError(t, err)
		assert.Equal(t, 0x622, n, "the same pin in both families")
		c, err := d.Temperature()
		require.NoError(t, err)
		assert.InDelta(t, 53.33, c, 0.01)
	})
}
