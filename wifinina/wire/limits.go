package wire

// The bytes of a frame that are the same for all commands (reference §3.1), for
// those who look at damaged frames or answer as the firmware does.
const (
	StartByte = 0xE0 // opens a request and a reply
	EndByte   = 0xEE // closes both, before the padding
	ErrorByte = 0xEF // opens the error frame
	ReplyBit  = 0x80 // set in the command byte of a reply
)

// Limits of the protocol and of the firmware behind it.
const (
	// MaxFrame is the size of the coprocessor's command and reply buffers.
	// What a host clocks beyond it is lost (nina-fw SPIS, reference §2.4).
	MaxFrame = 4092

	// MaxSend is the most data one SEND_DATA_TCP, INSERT_DATABUF or
	// SOCKET_SEND can carry in a frame; SOCKET_SENDTO carries
	// MaxSendTo (reference §4.3, §4.7).
	MaxSend   = MaxFrame - 9
	MaxSendTo = MaxFrame - 19

	// MaxRecv is the most that may be asked of GET_DATABUF_TCP; more
	// overruns the firmware's reply buffer. SOCKET_RECV caps at MaxSockRecv,
	// and SOCKET_RECVFROM, which does not, must not be asked for more
	// (reference §4.3, §4.7).
	MaxRecv     = MaxFrame - 6
	MaxSockRecv = 4076

	MaxDatagram   = 1500 // bytes of one UDP datagram, either way (reference §4.3.2)
	MaxSSID       = 32   // bytes of an SSID; more overruns the firmware's stack
	MaxPassphrase = 64   // bytes of a passphrase; a WEP key has at most MaxWEPKey
	MaxWEPKey     = 26
	MaxHost       = 255 // bytes of a host name
	MaxHostname   = 32  // bytes of the module's own name that the firmware keeps
	MaxFilename   = 32  // bytes of a file name, [MountPoint] included
	MaxFileRead   = 255 // bytes one READ_FILE may ask for: its length byte holds no more (reference §4.6)
	MaxURL        = 64  // bytes of a URL to download a file from; MaxOTAURL for an update
	MaxOTAURL     = 128
	MaxNetworks   = 10 // results of a scan of Arduino firmware (reference §4.2)
)

// What Adafruit's firmware has buffers for, and copies whatever the length of
// the parameter (nina-fw CommandHandler.cpp setClientCert, setCertKey).
const (
	MaxClientCert = 1300 // bytes of a client certificate in PEM, its NUL included
	MaxClientKey  = 1700 // bytes of its key in PEM, its NUL included
)

// MountPoint is where the file system of the coprocessor is: names of files
// begin with it. To those of DOWNLOAD_FILE the firmware adds it.
const MountPoint = "/fs/"

// Socket slots (reference §4.0). A slot beyond the last makes the firmware
// write outside its tables.
const (
	MaxSlots     = 10  // of Arduino firmware, and of Adafruit's before 2.0.0
	MaxSlotsIDF5 = 6   // of Adafruit's from 2.0.0 on
	NoSlot       = 255 // what GET_SOCKET and AVAIL_DATA_TCP say for none
)

// Slots returns how many socket slots firmware v of family f has.
func Slots(f Family, v Version) int {
	if f == Adafruit && v >= V(2, 0, 0) {
		return MaxSlotsIDF5
	}
	return MaxSlots
}
