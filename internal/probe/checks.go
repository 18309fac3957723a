package probe

// A check looks at one thing. It returns what it found, or why it is wrong, or
// that it was skipped.
type check struct {
	name  string
	run   func(p *prober) (detail string, err error)
	vital bool // without it nothing else can work
}

// checks stand in the order in which they are made. The scan comes before the
// join, because it leaves the network.
var checks = []check{
	{"link", link, true},
	{"boot", boot, true},
	{"firmware", firmware, true},
	{"MAC address", hardwareAddress, false},
	{"status", status, false},
	{"temperature", temperature, false},
	{"scan", scan, false},
	{"unknown command", unknownCommand, false},
	{"unread reply", unreadReply, false},
	{"short read", shortRead, false},
	{"long frame", longFrame, false},
	{"join", join, false},
	{"address", address, false},
	{"DNS", lookup, false},
	{"ping", ping, false},
	{"TCP", connect, false},
	{"time", clock, false},
	{"socket slots", slots, false},
	{"BSD sockets", bsdSockets, false},
	{"UDP to itself", datagram, false},
	{"GPIO0", attention, false},
	{"leave", leave, false},
	{"pace", pace, false},
	{"faults", faults, false},
}

// Names returns the names of all checks, in the order in which they are made.
// The caller owns the slice.
func Names() []string {
	names := make([]string, len(checks))
	for i := range checks {
		names[i] = checks[i].name
	}
	return names
}
