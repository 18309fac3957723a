package wire

// Poll reports whether hosts send the command again and again until its reply
// changes: it asks for a state, a level or what has arrived, and the same
// answer twice tells no more than once.
func (c Command) Poll() bool {
	switch c {
	case GetConnStatus, GetReasonCode, GetCurrRSSI, GetTime, GetTemperature, GetDigitalRead, GetAnalogRead,
		GetStateTCP, GetClientStateTCP, DataSentTCP, AvailDataTCP, GetDataTCP, GetDatabufTCP, GetRemoteData,
		ScanNetworks, SocketErrno, SocketAccept, SocketRecv, SocketRecvFrom, SocketPoll:
		return true
	}
	return false
}
