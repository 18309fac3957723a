package wire_test

import (
	"fmt"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func ExampleAppendRequest() {
	frame := wire.AppendRequest(nil, wire.SetPassphrase, wire.Text("home"), wire.Text("secret12"))
	fmt.Printf("% X\n", frame)
	for _, s := range wire.SecretSpans(nil, frame) {
		fmt.Printf("secret: %d bytes at %d\n", s[1], s[0])
	}
	// Output:
	// E0 11 02 04 68 6F 6D 65 08 73 65 63 72 65 74 31 32 EE FF FF
	// secret: 8 bytes at 9
}

func ExampleParseReply() {
	reply := []byte{0xE0, 0xA0, 0x01, 0x01, 0x03, 0xEE, 0x00, 0x00}
	vals, m := wire.ParseReply(nil, reply, wire.GetConnStatus, wire.Arduino, 0)
	if err := m.Check(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Cmd, m.Param(0).Name, wire.Status(vals[0].Uint8()))
	// Output: GET_CONN_STATUS status CONNECTED
}
