package wire

// Polling says how an answer tells a host that asked whether something has
// happened that nothing has.
type Polling uint8

// The ways.
const (
	NoPoll    Polling = iota // the command is no poll
	PollCount                // a number of 0: nothing there, not yet done
	PollData                 // the last value has no bytes
	PollFree                 // NoFD: nobody to accept
	PollState                // the state it was in before
	PollReady                // no bit but PollWrite, and that was told before
	PollErrno                // EAGAIN, EALREADY or EINPROGRESS: not yet
)

// PollOf returns how a command polls. A listening slot's AVAIL_DATA_TCP says
// [NoSlot] instead of 0 (reference §4.3.1); the others are as in reference §4.2,
// §4.3 and §4.7.
func PollOf(c Command) Polling {
	switch c {
	case AvailDataTCP, DataSentTCP, BLEAvailable:
		return PollCount
	case GetDataTCP, GetDatabufTCP, BLEPeek, BLERead, SocketRecv, SocketRecvFrom:
		return PollData
	case SocketAccept:
		return PollFree
	case GetConnStatus, GetStateTCP, GetClientStateTCP:
		return PollState
	case SocketPoll:
		return PollReady
	case SocketErrno:
		return PollErrno
	}
	return NoPoll
}
