package wire

// Status is a connection status, the answer to GET_CONN_STATUS (reference
// §5.1).
type Status uint8

// The connection statuses. While a join is in progress the firmware says
// StatusNoSSIDAvail.
const (
	StatusIdle           Status = 0 // after boot
	StatusNoSSIDAvail    Status = 1 // in progress; also: a scan could not start
	StatusScanCompleted  Status = 2 // a scan has ended any connection
	StatusConnected      Status = 3 // has an IP address
	StatusConnectFailed  Status = 4 // reason 201 or 202, or refused settings
	StatusConnectionLost Status = 5 // lost the IP address
	StatusDisconnected   Status = 6 // any other reason; there is no reconnecting
	StatusAPListening    Status = 7 // access point without a station
	StatusAPConnected    Status = 8 // access point with a station
	StatusAPFailed       Status = 9
	StatusStopped        Status = 254 // Adafruit 3 and later
	StatusNoModule       Status = 255 // before the radio is initialised
)

// String returns the usual name, as in "CONNECTED".
func (s Status) String() string {
	switch s {
	case StatusIdle:
		return "IDLE"
	case StatusNoSSIDAvail:
		return "NO_SSID_AVAIL"
	case StatusScanCompleted:
		return "SCAN_COMPLETED"
	case StatusConnected:
		return "CONNECTED"
	case StatusConnectFailed:
		return "CONNECT_FAILED"
	case StatusConnectionLost:
		return "CONNECTION_LOST"
	case StatusDisconnected:
		return "DISCONNECTED"
	case StatusAPListening:
		return "AP_LISTENING"
	case StatusAPConnected:
		return "AP_CONNECTED"
	case StatusAPFailed:
		return "AP_FAILED"
	case StatusStopped:
		return "STOPPED"
	case StatusNoModule:
		return "NO_MODULE"
	}
	return decimal(uint8(s))
}

// Encryption is how a network is encrypted, the answer to GET_CURR_ENCT and
// GET_IDX_ENCT (reference §5.2). Adafruit's firmware from 2.0.0 on answers the
// latter with an [AuthMode] instead.
type Encryption uint8

// The kinds of encryption.
const (
	EncryptionWPA     Encryption = 2
	EncryptionWPA2    Encryption = 4
	EncryptionWEP     Encryption = 5
	EncryptionNone    Encryption = 7
	EncryptionAuto    Encryption = 8   // never sent
	EncryptionUnknown Encryption = 255 // anything else, such as enterprise and WPA3
)

// String returns the usual name, as in "WPA2".
func (e Encryption) String() string {
	switch e {
	case EncryptionWPA:
		return "WPA"
	case EncryptionWPA2:
		return "WPA2"
	case EncryptionWEP:
		return "WEP"
	case EncryptionNone:
		return "NONE"
	case EncryptionAuto:
		return "AUTO"
	case EncryptionUnknown:
		return "UNKNOWN"
	}
	return decimal(uint8(e))
}

// AuthMode is ESP-IDF's kind of encryption.
type AuthMode uint8

// Encryption returns the mode as Arduino's firmware reports it.
func (a AuthMode) Encryption() Encryption {
	switch a {
	case 0:
		return EncryptionNone
	case 1:
		return EncryptionWEP
	case 2:
		return EncryptionWPA
	case 3, 4:
		return EncryptionWPA2
	}
	return EncryptionUnknown
}

// Mode is the protocol of a socket slot, a parameter of START_CLIENT_TCP and
// START_SERVER_TCP (reference §5.4).
type Mode uint8

// The protocols.
const (
	ModeTCP       Mode = 0
	ModeUDP       Mode = 1
	ModeTLS       Mode = 2 // clients only
	ModeMulticast Mode = 3 // servers only
	ModeBearSSL   Mode = 4 // clients only, Arduino 1.4.2 and later
)

// String returns the name, as in "TCP".
func (m Mode) String() string {
	switch m {
	case ModeTCP:
		return "TCP"
	case ModeUDP:
		return "UDP"
	case ModeTLS:
		return "TLS"
	case ModeMulticast:
		return "MULTICAST"
	case ModeBearSSL:
		return "BEARSSL"
	}
	return decimal(uint8(m))
}

// TCPState is the state of a connection, the answer to GET_CLIENT_STATE_TCP
// and GET_STATE_TCP (reference §5.3). The firmware says only StateClosed,
// StateListen and StateEstablished.
type TCPState uint8

// The states.
const (
	StateClosed TCPState = iota
	StateListen
	StateSynSent
	StateSynReceived
	StateEstablished
	StateFinWait1
	StateFinWait2
	StateCloseWait
	StateClosing
	StateLastAck
	StateTimeWait
)

var tcpStates = [...]string{"CLOSED", "LISTEN", "SYN_SENT", "SYN_RCVD", "ESTABLISHED", "FIN_WAIT_1",
	"FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"}

// String returns the name, as in "ESTABLISHED".
func (s TCPState) String() string {
	if int(s) < len(tcpStates) {
		return tcpStates[s]
	}
	return decimal(uint8(s))
}

// Pin modes, a parameter of SET_PIN_MODE (reference §4.5).
const (
	PinInput       = 0
	PinOutput      = 1
	PinInputPullUp = 2
)
