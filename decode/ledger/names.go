package ledger

// Engine is one of the two ways in which the firmware has sockets; their
// numbers have nothing to do with each other (reference §4.0, §4.7).
type Engine uint8

// The engines.
const (
	Slot       Engine = iota // commands 0x28 to 0x46
	Descriptor               // the BSD-style commands 0x70 to 0x7F
	engineCount
)

// String returns "slot" or "fd".
func (e Engine) String() string { return name(engineNames[:], uint8(e)) }

var engineNames = [...]string{"slot", "fd"}

// Kind is what a conversation is.
type Kind uint8

// The kinds.
const (
	Unknown   Kind = iota // it began before the trace
	TCP                   // a connection the host asked for, or a stream descriptor
	Listener              // a TCP server
	Accepted              // a connection of a Listener
	UDP                   // a port for datagrams
	Multicast             // the same in a group
	TLS                   // a connection, of which the wire shows the plaintext
	Raw                   // a descriptor of that type
)

// String returns the name, such as "listener".
func (k Kind) String() string { return name(kindNames[:], uint8(k)) }

var kindNames = [...]string{"unknown", "tcp", "listener", "accepted", "udp", "multicast", "tls", "raw"}

// Opening says what is known of a conversation's beginning.
type Opening uint8

// The beginnings.
const (
	Seen       Opening = iota // request and reply are in the trace
	Unanswered                // the request is, no reply that could be read: it may have failed
	NotSeen                   // it was there before, or began where the trace has a gap
)

// String returns "seen", "unanswered" or "not seen".
func (o Opening) String() string { return name(openingNames[:], uint8(o)) }

var openingNames = [...]string{"seen", "unanswered", "not seen"}

// Cause is who ended a conversation.
type Cause uint8

// The causes.
const (
	ByHost     Cause = iota + 1 // STOP_CLIENT_TCP or SOCKET_CLOSE
	ByPeer                      // GET_CLIENT_STATE_TCP tells 0, or nothing was read and SOCKET_ERRNO is 0 or ENOTCONN
	PeerReset                   // SOCKET_ERRNO or SO_ERROR tells ECONNRESET
	LinkLost                    // the network went away, upon which the firmware closes connections
	ByReset                     // RESETN
	Failed                      // it did not come about
	StatePoll                   // GET_CLIENT_STATE_TCP has freed a slot that listens or has a UDP socket (reference §4.0, quirk 4)
	SlotReused                  // something else was started in its slot
	Unseen                      // its slot or descriptor has another use now, and how it ended is not in the trace
	TraceEnd                    // nobody: the recording ends
)

// String returns the name, such as "peer", and "open" for 0.
func (c Cause) String() string { return name(causeNames[:], uint8(c)) }

var causeNames = [...]string{"open", "host", "peer", "peer reset", "link lost", "reset", "failed", "state poll",
	"slot reused", "unseen", "end of trace"}

// Side is who sent something.
type Side uint8

// The sides.
const (
	Host Side = iota // the board, towards the network
	Peer             // the network, towards the board
)

// String returns "host" or "peer".
func (s Side) String() string { return name(sideNames[:], uint8(s)) }

var sideNames = [...]string{"host", "peer"}

// name returns an entry of a list of names, "?" behind its end.
func name(list []string, i uint8) string {
	if int(i) < len(list) {
		return list[i]
	}
	return "?"
}
