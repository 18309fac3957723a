//go:build tinygo && ninafw

// Record is a sketch whose traffic with the WiFi coprocessor is recorded: the
// trace leaves the board over its serial port, between what the program
// prints. docs/capture.md tells what to do with it.
package main

import (
	"machine"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/board"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

var frame [1024]byte

func main() {
	cfg := board.Config()

	// These lines record.
	console := capture.NewConsole(machine.Serial)
	rec, err := capture.NewRecorder(cfg.Bus, console, wire.SecretSpans, capture.Config{
		Buffer:     frame[:],
		FlushAfter: time.Second,
		Labels:     []capture.Label{{Key: "program", Value: "examples/record"}},
	})
	if err != nil {
		panic(err.Error())
	}
	cfg.Bus = rec

	nina := wifinina.New(&cfg)
	netdev.UseNetdev(nina)
	if err := nina.NetConnect(&netdev.ConnectParams{Ssid: "home", Passphrase: "secret12"}); err != nil {
		console.Write([]byte("no network: " + err.Error() + "\r\n"))
	}
	for {
		addr, err := nina.GetHostByName("tinygo.org")
		if err != nil {
			console.Write([]byte("no address: " + err.Error() + "\r\n"))
		} else {
			console.Write([]byte("tinygo.org is " + addr.String() + "\r\n"))
		}
		rec.Flush()
		time.Sleep(10 * time.Second)
	}
}
