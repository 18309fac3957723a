package endpoint

import "strings"

// boards are the USB identities of boards with a coprocessor, as TinyGo has
// them: "serial-port" in its targets/*.json, usb_VID and usb_PID in its
// src/machine/board_*.go. Some have another one while their boot loader runs.
var boards = map[string]string{
	"2341:8054": "Arduino MKR WiFi 1010",
	"2341:0054": "Arduino MKR WiFi 1010, boot loader",
	"2341:8057": "Arduino Nano 33 IoT",
	"2341:005E": "Arduino Nano RP2040 Connect",
	"239A:8035": "Adafruit PyPortal",
	"239A:8037": "Adafruit Metro M4 AirLift",
	"239A:80C9": "Adafruit Matrix Portal M4",
	"239A:80CA": "Adafruit Matrix Portal M4",
	"239A:8033": "Adafruit PyBadge",
}

// vendors are the makers of other boards and of the bridges between USB and a
// UART that boards have, or debug lines are wired to, by USB's list of vendors.
var vendors = map[string]string{
	"2341": "Arduino",
	"239A": "Adafruit",
	"2E8A": "Raspberry Pi",
	"303A": "Espressif",
	"0403": "FTDI, USB to UART",
	"10C4": "Silicon Labs, USB to UART",
	"1A86": "WCH, USB to UART",
}

// Board returns the name of the board that is known to be at the port, or
// nothing.
func (p *Port) Board() string { return boards[p.usb()] }

// Vendor returns whose board or bridge is at the port, or nothing.
func (p *Port) Vendor() string { return vendors[strings.ToUpper(p.VID)] }

// usb returns the identity on USB.
func (p *Port) usb() string { return strings.ToUpper(p.VID + ":" + p.PID) }
