package endpoint

import (
	"cmp"
	"slices"

	"go.bug.st/serial"
)

// A Port is a serial port of this machine. All but Name is empty where the
// system does not tell, and for a port that is not on USB.
type Port struct {
	Name         string // as Open takes it
	Product      string
	VID, PID     string // of USB, four hexadecimal digits each
	SerialNumber string
}

// Ports lists the serial ports by name. No port is opened for it that is on
// USB.
func Ports() ([]Port, error) {
	ports, err := detailed()
	if err != nil {
		names, err := serial.GetPortsList()
		if err != nil {
			return nil, err
		}
		ports = nil
		for _, name := range names {
			ports = append(ports, Port{Name: name})
		}
	}
	slices.SortFunc(ports, func(a, b Port) int { return cmp.Compare(a.Name, b.Name) })
	return ports, nil
}
