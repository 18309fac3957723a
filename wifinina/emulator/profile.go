package emulator

import "github.com/ninatrace/ninatrace/wifinina/wire"

// A Profile is what distinguishes one release of the firmware from another.
// Start from one of the functions below and change what differs.
type Profile struct {
	Version string      // as GET_FW_VERSION tells it, without the NUL
	Family  wire.Family // shapes of the commands the two families disagree on
	Sockets int         // slots, and lwIP sockets

	NaturalMAC  bool // MAC and BSSID go first octet first instead of last
	AcceptFlag  bool // AVAIL_DATA_TCP reads byte 6: zero is available(), else accept()
	ChecksPort  bool // START_SERVER_TCP answers 0 when the port is taken
	NoticesFIN  bool // GET_CLIENT_STATE_TCP sees a FIN that followed no data
	KeepsOnFull bool // a write that cannot proceed leaves the connection open
}

// Arduino200 is the profile of Arduino's nina-fw 2.0.0 (January 2025), which
// behaves as 1.6.0 does.
func Arduino200() Profile {
	return Profile{
		Version:     "2.0.0",
		Family:      wire.Arduino,
		Sockets:     wire.MaxSlots,
		AcceptFlag:  true,
		ChecksPort:  true,
		NoticesFIN:  true,
		KeepsOnFull: true,
	}
}

// Arduino150 is the profile of 1.5.0 (July 2022): no GET_DNS_CONFIG, and
// AVAIL_DATA_TCP knows only available().
func Arduino150() Profile {
	p := Arduino200()
	p.Version, p.AcceptFlag = "1.5.0", false
	return p
}

// Arduino148 is the profile of 1.4.8: as 1.5.0, without BSD-style sockets, and
// a listener whose port is taken is reported as open.
func Arduino148() Profile {
	p := Arduino150()
	p.Version, p.ChecksPort = "1.4.8", false
	return p
}
