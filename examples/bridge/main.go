//go:build tinygo && ninafw

// Bridge makes a board a bus link: what a PC asks for over the USB serial port
// is done to the board's WiFi coprocessor. Package link of wifinina/bus has the
// protocol; the driver, ninatrace probe and ninatrace demo then run on the PC
// against the real firmware.
package main

import (
	"io"
	"machine"
	"runtime"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/board"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/bus/link"
)

func main() {
	nina := board.Config().Bus
	for {
		powerOff(nina)
		for !machine.Serial.DTR() {
			time.Sleep(time.Millisecond)
		}
		powerOn(nina)
		err := link.Serve(usb{}, nina, "bridge to the board's WiFi coprocessor")
		powerOff(nina)
		if err != nil {
			hangUp()
		}
	}
}

// powerOff holds the coprocessor in reset, not selected: whatever boots next
// boots its firmware.
func powerOff(nina bus.Bus) {
	nina.Deselect()
	nina.Reset(true)
	nina.DriveGPIO0(bus.High)
	time.Sleep(10 * time.Millisecond)
}

// powerOn boots the firmware and lets go of GPIO0, which is the firmware's as
// soon as the ESP32 has looked at it.
func powerOn(nina bus.Bus) {
	nina.Reset(false)
	time.Sleep(10 * time.Millisecond)
	nina.DriveGPIO0(bus.Released)
}

// hangUp drops what comes until the PC has closed the port, which is all that
// can be done to end a connection over USB.
func hangUp() {
	for machine.Serial.DTR() {
		for machine.Serial.Buffered() > 0 {
			machine.Serial.ReadByte()
		}
		time.Sleep(time.Millisecond)
	}
}

// usb is the serial port over USB. It is a connection for as long as a PC has
// it open.
type usb struct{}

// Read waits for at least one byte. A PC that has closed the port is io.EOF.
func (usb) Read(p []byte) (int, error) {
	for machine.Serial.Buffered() == 0 {
		if !machine.Serial.DTR() {
			return 0, io.EOF
		}
		runtime.Gosched()
	}
	n := 0
	for n < len(p) && machine.Serial.Buffered() > 0 {
		b, err := machine.Serial.ReadByte()
		if err != nil {
			return n, err
		}
		p[n] = b
		n++
	}
	return n, nil
}

func (usb) Write(p []byte) (int, error) { return machine.Serial.Write(p) }
