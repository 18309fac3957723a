package wire

// Command is a command number, 0x00 to 0x7F. A reply carries it with the
// reply bit 0x80 set.
type Command uint8

// The commands, by nina-fw's names. Where the families differ the Adafruit
// name follows the Arduino one.
const (
	SetNet            Command = 0x10
	SetPassphrase     Command = 0x11
	SetKey            Command = 0x12
	SetIPConfig       Command = 0x14
	SetDNSConfig      Command = 0x15
	SetHostname       Command = 0x16
	SetPowerMode      Command = 0x17
	SetAPNet          Command = 0x18
	SetAPPassphrase   Command = 0x19
	SetDebug          Command = 0x1A
	GetTemperature    Command = 0x1B
	GetDNSConfig      Command = 0x1E
	GetReasonCode     Command = 0x1F
	GetConnStatus     Command = 0x20
	GetIPAddr         Command = 0x21
	GetMACAddr        Command = 0x22
	GetCurrSSID       Command = 0x23
	GetCurrBSSID      Command = 0x24
	GetCurrRSSI       Command = 0x25
	GetCurrEncT       Command = 0x26
	ScanNetworks      Command = 0x27
	StartServerTCP    Command = 0x28
	GetStateTCP       Command = 0x29
	DataSentTCP       Command = 0x2A
	AvailDataTCP      Command = 0x2B
	GetDataTCP        Command = 0x2C
	StartClientTCP    Command = 0x2D
	StopClientTCP     Command = 0x2E
	GetClientStateTCP Command = 0x2F
	Disconnect        Command = 0x30
	GetIdxRSSI        Command = 0x32
	GetIdxEncT        Command = 0x33
	ReqHostByName     Command = 0x34
	GetHostByName     Command = 0x35
	StartScanNetworks Command = 0x36
	GetFWVersion      Command = 0x37
	StopServerTCP     Command = 0x38
	SendDataUDP       Command = 0x39
	GetRemoteData     Command = 0x3A
	GetTime           Command = 0x3B
	GetIdxBSSID       Command = 0x3C
	GetIdxChannel     Command = 0x3D
	Ping              Command = 0x3E
	GetSocket         Command = 0x3F
	SetEnt            Command = 0x40
	SetCliCert        Command = 0x40 // Adafruit
	SetPK             Command = 0x41 // Adafruit
	SendDataTCP       Command = 0x44
	GetDatabufTCP     Command = 0x45
	InsertDatabuf     Command = 0x46
	SetEntIdent       Command = 0x4A // Adafruit
	SetEntUName       Command = 0x4B // Adafruit
	SetEntPasswd      Command = 0x4C // Adafruit
	SetEntCACert      Command = 0x4D // Adafruit
	SetEntCertKey     Command = 0x4E // Adafruit
	SetEntEnable      Command = 0x4F // Adafruit
	BLEBegin          Command = 0x4A // Arduino branch
	BLEEnd            Command = 0x4B // Arduino branch
	BLEAvailable      Command = 0x4C // Arduino branch
	BLEPeek           Command = 0x4D // Arduino branch
	BLERead           Command = 0x4E // Arduino branch
	BLEWrite          Command = 0x4F // Arduino branch
	SetPinMode        Command = 0x50
	SetDigitalWrite   Command = 0x51
	SetAnalogWrite    Command = 0x52
	GetDigitalRead    Command = 0x53
	GetAnalogRead     Command = 0x54
	PrefBegin         Command = 0x55 // Arduino branch
	PrefEnd           Command = 0x56 // Arduino branch
	PrefClear         Command = 0x57 // Arduino branch
	PrefRemove        Command = 0x58 // Arduino branch
	PrefLen           Command = 0x59 // Arduino branch
	PrefStat          Command = 0x5A // Arduino branch
	PrefPut           Command = 0x5B // Arduino branch
	PrefGet           Command = 0x5C // Arduino branch
	PrefGetType       Command = 0x5D // Arduino branch
	GetFWVersionU32   Command = 0x5E // host library only
	SetTime           Command = 0x5F // host library only
	WriteFile         Command = 0x60
	ReadFile          Command = 0x61
	DeleteFile        Command = 0x62
	ExistsFile        Command = 0x63
	DownloadFile      Command = 0x64
	ApplyOTA          Command = 0x65
	RenameFile        Command = 0x66
	DownloadOTA       Command = 0x67
	BRSSLSetECTA      Command = 0x68 // Arduino branch
	BRSSLErrorCode    Command = 0x69 // Arduino branch
	SocketSocket      Command = 0x70
	SocketClose       Command = 0x71
	SocketErrno       Command = 0x72
	SocketBind        Command = 0x73
	SocketListen      Command = 0x74
	SocketAccept      Command = 0x75
	SocketConnect     Command = 0x76
	SocketSend        Command = 0x77
	SocketRecv        Command = 0x78
	SocketSendTo      Command = 0x79
	SocketRecvFrom    Command = 0x7A
	SocketIoctl       Command = 0x7B
	SocketPoll        Command = 0x7C
	SocketSetSockOpt  Command = 0x7D
	SocketGetSockOpt  Command = 0x7E
	SocketGetPeerName Command = 0x7F
	commandCount              = 0x80
)

// Name returns nina-fw's name of the command in firmware family f, as in
// "SEND_DATA_TCP". Of a command only the other family has, it returns that
// name; of one nobody has, "".
func (c Command) Name(f Family) string {
	if c >= commandCount {
		return ""
	}
	if n := adafruitName(c); n != "" && (f == Adafruit || names[c] == "") {
		return n
	}
	return names[c]
}

// String returns the command's Arduino name, Adafruit's where only that exists,
// and lower-case hex such as "0x31" for a command nobody has.
func (c Command) String() string {
	if n := c.Name(Arduino); n != "" {
		return n
	}
	const digits = "0123456789abcdef"
	return string([]byte{'0', 'x', digits[c>>4], digits[c&15]})
}
