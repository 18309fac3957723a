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

	StateFrees    StateFrees // which slots GET_CLIENT_STATE_TCP frees when it answers 0
	Broadcasts    bool       // SEND_DATA_TCP on a listening slot goes to all clients available() has taken
	AlwaysAccepts bool       // AVAIL_DATA_TCP without the accept flag accepts as well, and loses the client when no slot is free
	TurnsAddress  bool       // TLS by address reaches the address with its octets turned round
	KeepsLookup   bool       // GET_HOST_BY_NAME tells the result before when a lookup has failed

	StationOnly   bool // status, name and addresses are the station's, also while there is a soft-AP; the status is arduino-esp32's
	KeepsReason   bool // GET_REASON_CODE tells of the last disconnect also after a join
	Reconnects    bool // a lost or failed link is tried again, but for reasons 8 and 202
	ClosesAlways  bool // every disconnect closes the connected sockets
	AllNetworks   bool // SCAN_NETWORKS answers all networks instead of ten, and a negative count when it fails
	ScanKeepsLink bool // a scan leaves the link alone, and fails during a join
	RawEncryption bool // GET_IDX_ENCT answers ESP-IDF's auth mode
	WideTime      bool // GET_TIME answers 8 bytes
}

// StateFrees says which slots GET_CLIENT_STATE_TCP frees when it answers 0
// (reference §4.0 quirk 4).
type StateFrees uint8

// The rules. The zero value is the usual one.
const (
	FreesAny     StateFrees = iota // whatever the slot is: all of Arduino's, Adafruit's up to 3.0.0
	FreesNone                      // Adafruit 3.1.0 to 3.2.0
	FreesDialled                   // only what START_CLIENT_TCP has connected: Adafruit from 3.3.0 on
)

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

		Broadcasts:   true,
		TurnsAddress: true,
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
