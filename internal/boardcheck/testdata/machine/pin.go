// Package machine stands in for TinyGo's package machine: the names and
// signatures that a WiFiNINA program uses, and pins that write down what is
// done to them. The boards' constants are TinyGo's (src/machine/board_*.go).
package machine

// Log holds what was done to pins and peripherals, in order.
var Log []Event

// Event is one thing done: to Pin, or to SPI where that is not nil.
type Event struct {
	Pin    Pin
	What   string
	SPI    *SPI
	Config SPIConfig
}

type Pin uint8

const NoPin = Pin(0xff)

type PinMode uint8

type PinConfig struct {
	Mode PinMode
}

const (
	PinOutput PinMode = iota
	PinInput
	PinInputPulldown
	PinInputPullup
)

var modes = [...]string{"output", "input", "input, pulled down", "input, pulled up"}

var levels [256]bool

func (p Pin) Configure(config PinConfig) {
	Log = append(Log, Event{Pin: p, What: modes[config.Mode]})
}

func (p Pin) Set(high bool) {
	levels[p] = high
	what := "low"
	if high {
		what = "high"
	}
	Log = append(Log, Event{Pin: p, What: what})
}

func (p Pin) High()     { p.Set(true) }
func (p Pin) Low()      { p.Set(false) }
func (p Pin) Get() bool { return levels[p] }

func CPUFrequency() uint32 { return 120_000_000 }
