// Package wifinina drives an ESP32 "NINA" WiFi coprocessor over SPI: Arduino
// Nano 33 IoT, MKR WiFi 1010, Nano RP2040 Connect, PyPortal, AirLift.
//
// A [Device] is a netdev.Netdever (sockets) and a netdev.Netlinker (joining a
// network):
//
//	cfg := board.Config() // or wifinina.Config{Bus: bus.NewPins(machine.SPI0, pins, nil)}
//	nina := wifinina.New(&cfg)
//	netdev.UseNetdev(nina)
//	err := nina.NetConnect(&netdev.ConnectParams{Ssid: "home", Passphrase: "…"})
//
// Any number of goroutines may use a Device. Each request to the coprocessor
// is one turn of the bus (bus.Arbiter), and nothing is locked while a call
// waits between its turns: a Recv that waits for data polls, and others go on
// meanwhile. The firmware itself does one thing at a time: while it resolves a
// name or shakes hands for TLS, which takes as long as the network takes, every
// other call waits for its turn or for its deadline.
//
// Sockets are served by one of two engines, see [Engine]: the classic slot
// commands (slots*.go), or the BSD-style sockets of newer firmware (bsd*.go).
//
// After a fault of the link the next exchange first brings the firmware back in
// step; when that does not help the coprocessor is reset and its network joined
// again (recover.go, supervisor.go). A call that fails says so once and for all:
// a stream that may have lost bytes is cut (ErrConnectionReset), and what the
// firmware could not be told to close is closed before it can be given to
// another. docs/driver.md tells all of it.
//
// What bytes mean is in package wire, and how they move in package bus.
//
// The package belongs to the device set: it imports no fmt, takes time and bus
// from outside, and allocates nothing per transaction.
package wifinina
