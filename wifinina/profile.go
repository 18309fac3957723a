package wifinina

import "github.com/ninatrace/ninatrace/wifinina/wire"

// A profile is what the driver must know of the firmware it talks to: all that
// differs between the two families and their releases (reference §4.9). It
// follows from the version alone. Zero: no firmware has answered yet.
type profile struct {
	family  wire.Family
	version wire.Version

	slots         uint8 // socket slots; a number beyond makes the firmware write outside its tables
	bsd           bool  // serves the BSD-style sockets, 0x70-0x7F
	reportsOnce   bool  // a listener reports a connection when it comes, and once (§4.3.1)
	macReversed   bool  // MAC addresses and BSSIDs go last octet first
	rawEncryption bool  // GET_IDX_ENCT answers ESP-IDF's auth mode
	scansAll      bool  // SCAN_NETWORKS answers all networks, and a negative count when it fails
	scanLeaves    bool  // a scan ends the link
	stationStatus bool  // GET_CONN_STATUS tells of the station only, as arduino-esp32 does
	entSteps      bool  // WPA2 enterprise goes by 0x4A-0x4F, and 0x40 is SET_CLI_CERT
	adcByPin      bool  // GET_ANALOG_READ goes by GPIO and attenuation instead of by channel
}

// profileOf returns the profile of the firmware that names itself so.
func profileOf(version []byte) profile {
	v, f := wire.ParseVersion(string(version))
	idf5 := f == wire.Adafruit && v >= wire.V(2, 0, 0)
	p := profile{
		family:        f,
		version:       v,
		slots:         uint8(wire.Slots(f, v)),
		reportsOnce:   idf5 || f == wire.Arduino && v >= wire.V(1, 6, 0),
		macReversed:   wire.MACReversed(f, v),
		rawEncryption: idf5,
		scansAll:      idf5,
		scanLeaves:    !idf5,
		stationStatus: idf5,
		entSteps:      f == wire.Adafruit,
		adcByPin:      f == wire.Adafruit,
	}
	p.bsd = p.has(wire.SocketSocket)
	return p
}

// has reports whether the firmware has the command.
func (p *profile) has(c wire.Command) bool {
	since := wire.Since(c, p.family)
	return since != 0 && since <= p.version
}

// profile returns the profile of the firmware, for those who do not have the
// turn.
func (d *Device) profile() profile {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fw
}
