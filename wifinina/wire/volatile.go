package wire

// Volatile says why a parameter differs between two sessions in which the same
// program did the same. Zero: it does not, a difference means something.
type Volatile uint8

// The reasons.
const (
	ByLease  Volatile = 1 + iota // addresses that a network or a name server gave
	ByStack                      // numbers that firmware gives out: slots, descriptors, ports
	ByDevice                     // who the coprocessor, the access point or the peer is
	ByRadio                      // what the air is like: strengths, channels, neighbours
	ByClock                      // the time of day, how long things took, how much had come by then
	BySensor                     // what is at a pin, or how warm it is
)

// String says the reason in words.
func (v Volatile) String() string {
	switch v {
	case ByLease:
		return "address that a network or a name server gave"
	case ByStack:
		return "number that the firmware gave out"
	case ByDevice:
		return "identity of a device"
	case ByRadio:
		return "what the air is like"
	case ByClock:
		return "time, or what had come by then"
	case BySensor:
		return "measured value"
	}
	return ""
}

// ArgVolatile returns why an argument of a command is volatile. What a host
// says it says on purpose, but for the numbers it was given.
func ArgVolatile(c Command, name string) Volatile {
	switch {
	case name == "sock":
		return ByStack
	case name == "time" && c == SetTime:
		return ByClock
	}
	return 0
}

// ResultVolatile returns why a value of the reply to a command is volatile.
func ResultVolatile(c Command, name string) Volatile {
	switch name {
	case "ip", "mask", "gateway", "dns1", "dns2":
		return ByLease
	case "sock", "fd", "port":
		return ByStack
	case "mac", "bssid":
		return ByDevice
	case "rssi":
		return ByRadio
	case "time", "ms":
		return ByClock
	case "temperature":
		return BySensor
	}
	switch c {
	case ScanNetworks, GetIdxEncT, GetIdxChannel:
		return ByRadio
	case AvailDataTCP, BLEAvailable:
		return ByClock
	case GetDigitalRead, GetAnalogRead:
		return BySensor
	}
	return 0
}
