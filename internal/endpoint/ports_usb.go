//go:build !darwin || cgo

package endpoint

import "go.bug.st/serial/enumerator"

// detailed lists the ports with what USB says of them.
func detailed() ([]Port, error) {
	found, err := enumerator.GetDetailedPortsList()
	var ports []Port
	for _, f := range found {
		ports = append(ports, Port{Name: f.Name, Product: f.Product, VID: f.VID, PID: f.PID, SerialNumber: f.SerialNumber})
	}
	return ports, err
}
