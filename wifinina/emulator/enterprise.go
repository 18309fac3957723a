package emulator

import (
	"bytes"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// maxIdentity is the size of the firmware's buffers for user name, password
// and identity.
const maxIdentity = 128

// setEnt joins a WPA2 enterprise network. The type has one byte, whatever its
// length says. PEAP goes by user name and password;
// EAP-TLS, any other type, by a certificate, which no access point here takes.
// The root certificate is not looked at.
func setEnt(f *firmware) {
	method, off := f.u8(5), 6
	want := credentials{ssid: f.wide(&off, wire.MaxSSID, "SSID")}
	if method == 0 {
		want.user = f.wide(&off, maxIdentity, "user name")
		want.key = f.wide(&off, maxIdentity, "password")
	}
	f.radio.join(f, want)
	f.answer(wire.Flag(true))
}

// entIdentity is what Adafruit's firmware is told in steps, each with a buffer
// of 32 bytes. It holds until the next reset.
type entIdentity struct {
	enabled        bool
	user, password string
}

const maxEntStep = 32

// setEntIdent takes the name the network is told in the clear, which no access
// point here looks at.
func setEntIdent(f *firmware) {
	f.text(3, maxEntStep, "identity")
	f.answer(wire.Flag(true))
}

func setEntUsername(f *firmware) {
	f.radio.enterprise.user = f.text(3, maxEntStep, "user name")
	f.answer(wire.Flag(true))
}

func setEntPassword(f *firmware) {
	f.radio.enterprise.password = f.text(3, maxEntStep, "password")
	f.answer(wire.Flag(true))
}

// setEntEnable makes all joins from now on those of WPA2 enterprise.
func setEntEnable(f *firmware) {
	f.radio.enterprise.enabled = true
	f.answer(wire.Flag(true))
}

// wide reads the string whose 16-bit length is at off, as text does, and moves
// off behind it.
func (f *firmware) wide(off *int, size int, what string) string {
	data := f.data(*off)
	*off += 2 + len(data)
	if len(data) > size {
		f.misuse("%s of %d bytes, buffer of %d", what, len(data), size)
		data = data[:size]
	}
	s, _, _ := bytes.Cut(data, []byte{0})
	return string(s)
}
