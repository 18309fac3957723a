package lint

import (
	"fmt"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with being an access point.
var accessPointRules = []Rule{
	{ID: "NT641", Name: "channel-from-padding", Severity: Warning, Title: "padding is read as the channel",
		Why:    "Without the parameter the firmware takes the byte behind the end of the frame for the channel: 255 or 0, by the length of the name.",
		Do:     "Send the channel, 1 to 13.",
		Source: "§4.1, §6.3 T-4, `padding-parameters`", check: stateless(channelFromPadding)},
	{ID: "NT642", Name: "access-point-refused", Severity: Error, Title: "the access point was not started",
		Why:    "The firmware has refused the settings; a host that goes on polling waits for nothing.",
		Do:     "Use a passphrase of 8 to 63 bytes, or none, and a channel from 1 to 13.",
		Source: "§4.1, observed: Frame rules 10", check: stateless(accessPointRefused)},
}

func channelFromPadding(st *step) {
	if !st.asks(wire.SetAPNet, wire.SetAPPassphrase) {
		return
	}
	m := &st.ex.Request.Message
	if _, ok := st.value("channel"); ok || m.Check() != nil {
		return
	}
	read := "00, for there is no padding"
	if len(m.Pad) > 0 {
		read = fmt.Sprintf("the padding %02X", m.Pad[0])
	}
	st.report(0, "%s has no channel; the firmware reads %s", st.ex.Name(), read)
}

func accessPointRefused(st *step) {
	if st.is(wire.SetAPNet, wire.SetAPPassphrase) && st.result() == 0 {
		st.report(0, "%s answers 0", st.ex.Name())
	}
}
