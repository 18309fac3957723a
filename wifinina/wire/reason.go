package wire

// Reason says why the station was last disconnected, the answer to
// GET_REASON_CODE (reference §5.5). Up to 199 it is a reason code of IEEE
// 802.11, from 200 on one of ESP-IDF's.
type Reason uint8

// The reasons a host meets.
const (
	ReasonNone             Reason = 0
	ReasonUnspecified      Reason = 1
	ReasonAuthExpire       Reason = 2
	ReasonAuthLeave        Reason = 3
	ReasonAssocExpire      Reason = 4
	ReasonAssocTooMany     Reason = 5
	ReasonNotAuthed        Reason = 6
	ReasonNotAssoced       Reason = 7
	ReasonAssocLeave       Reason = 8  // by our own DISCONNECT
	ReasonHandshakeTimeout Reason = 15 // 4-way handshake; often a wrong WPA2 passphrase
	ReasonBeaconTimeout    Reason = 200
	ReasonNoAPFound        Reason = 201
	ReasonAuthFail         Reason = 202
	ReasonAssocFail        Reason = 203 // the firmware tries again by itself
	ReasonKeyTimeout       Reason = 204 // handshake timeout by ESP-IDF
	ReasonConnectionFail   Reason = 205
)

// String returns the name, as in "NO_AP_FOUND", and the number for a reason
// that is not listed.
func (r Reason) String() string {
	switch r {
	case ReasonNone:
		return "NONE"
	case ReasonUnspecified:
		return "UNSPECIFIED"
	case ReasonAuthExpire:
		return "AUTH_EXPIRE"
	case ReasonAuthLeave:
		return "AUTH_LEAVE"
	case ReasonAssocExpire:
		return "ASSOC_EXPIRE"
	case ReasonAssocTooMany:
		return "ASSOC_TOOMANY"
	case ReasonNotAuthed:
		return "NOT_AUTHED"
	case ReasonNotAssoced:
		return "NOT_ASSOCED"
	case ReasonAssocLeave:
		return "ASSOC_LEAVE"
	case ReasonHandshakeTimeout:
		return "4WAY_HANDSHAKE_TIMEOUT"
	case ReasonBeaconTimeout:
		return "BEACON_TIMEOUT"
	case ReasonNoAPFound:
		return "NO_AP_FOUND"
	case ReasonAuthFail:
		return "AUTH_FAIL"
	case ReasonAssocFail:
		return "ASSOC_FAIL"
	case ReasonKeyTimeout:
		return "HANDSHAKE_TIMEOUT"
	case ReasonConnectionFail:
		return "CONNECTION_FAIL"
	}
	return decimal(uint8(r))
}
