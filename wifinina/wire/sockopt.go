package wire

// Types of sockets, a parameter of SOCKET_SOCKET (reference §4.7).
const (
	SockStream = 1
	SockDgram  = 2
	SockRaw    = 3
)

// NoFD is what SOCKET_SOCKET and SOCKET_ACCEPT answer when they fail.
const NoFD = 255

// Bits of the answer to SOCKET_POLL (reference §4.7).
const (
	PollRead  = 0x01 // data, a connection to accept, or the end of the stream
	PollWrite = 0x02 // room to send, or connected
	PollError = 0x04
	PollFail  = 0x80 // the descriptor cannot be polled
)

// Requests of SOCKET_IOCTL, lwIP's; the argument is 4 bytes, little-endian.
const (
	FIONREAD = 0x4004667F // in the answer: bytes to read
	FIONBIO  = 0x8004667E // 1: non-blocking, 0: blocking
)

// Options of SOCKET_SETSOCKOPT and SOCKET_GETSOCKOPT, lwIP's at level
// SOL_SOCKET, the only one the firmware knows.
const (
	SOReuseAddr   = 0x0004
	SOKeepAlive   = 0x0008
	SOBroadcast   = 0x0020
	SOLinger      = 0x0080
	SORcvBuf      = 0x1002
	SOSendTimeout = 0x1005
	SORecvTimeout = 0x1006
	SOError       = 0x1007
	SOType        = 0x1008
)
