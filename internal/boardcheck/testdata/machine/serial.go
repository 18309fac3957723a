package machine

type UARTConfig struct {
	BaudRate uint32
	TX       Pin
	RX       Pin
	RTS      Pin
	CTS      Pin
}

// Serialer is what TinyGo's Serial is on a board with USB.
type Serialer interface {
	WriteByte(c byte) error
	Write(data []byte) (n int, err error)
	Configure(config UARTConfig) error
	Buffered() int
	ReadByte() (byte, error)
	DTR() bool
	RTS() bool
}

var Serial Serialer
