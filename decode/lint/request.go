package lint

import "github.com/ninatrace/ninatrace/decode"

// What is out of order with requests as frames.
var requestRules = []Rule{
	{ID: "NT101", Name: "unaligned-request", Severity: Warning, Title: decode.FindUnaligned,
		Why:    "The coprocessor's DMA stores whole words only, so the last 1 to 3 bytes may never arrive.",
		Do:     "Pad every request to a multiple of 4 bytes, counted from its start byte.",
		Source: "§2.4, `lost-tail`, arduino-libraries/WiFiNINA#331"},
	{ID: "NT102", Name: "lost-parameter-bytes", Severity: Error, Title: "the tail that is lost is part of a parameter",
		Why:    "The tail that the coprocessor does not store reaches into the last parameter: it reads 00 there, and a file or a name is another one.",
		Do:     "Pad the request to a multiple of 4 bytes; update a host library that counts wrong.",
		Source: "§2.4, observed: Padding, arduino-libraries/WiFiNINA#239", check: stateless(lostParameterBytes)},
	{ID: "NT103", Name: "padding-bytes", Severity: Note, Title: decode.FindPadBytes,
		Why:    "Firmware reads padding as parameters that were left out, so that what happens depends on what was sent before.",
		Do:     "Pad with FF, and send all parameters a command has.",
		Source: "§2.4, `padding-parameters`"},
	{ID: "NT104", Name: "padding-length", Severity: Note, Title: decode.FindPadLength,
		Why:    "The sender counts its frames wrong; with another length the same mistake loses bytes.",
		Do:     "Pad with 0 to 3 bytes, to the next multiple of 4.",
		Source: "§2.4, observed: Padding"},
	{ID: "NT105", Name: "parameter-count", Severity: Warning, Title: decode.FindCount,
		Why:    "START_SERVER_TCP and START_CLIENT_TCP read another form by the count; the other commands do not look at it today.",
		Do:     "Announce as many parameters as the request holds.",
		Source: "§3.5, §6.3 T-29, `fixed-offsets`"},
	{ID: "NT106", Name: "request-start", Severity: Error, Title: decode.FindRequestStart,
		Why:    "The firmware answers a request that does not begin with E0 with the error frame and does nothing.",
		Do:     "Check the SPI mode, the clock and the wiring; when it comes after a timeout, the host is out of step.",
		Source: "§2.5, §3.3"},
	{ID: "NT107", Name: "request-command", Severity: Error, Title: decode.FindRequestCommand,
		Why:    "Bit 7 of the command marks replies; the firmware has no handler up there and answers the error frame.",
		Do:     "Send a command below 80.",
		Source: "§3.3"},
	{ID: "NT108", Name: "request-short", Severity: Error, Title: decode.FindRequestShort,
		Why:    "The firmware takes what is missing for 00 and carries the command out all the same.",
		Do:     "Clock the whole frame before chip select goes high.",
		Source: "§2.4, `fixed-offsets`"},
	{ID: "NT109", Name: "request-length", Severity: Error, Title: decode.FindRequestLength,
		Why:    "The firmware reads parameters at fixed places, whatever their lengths say, so that it reads something else than was meant.",
		Do:     "Encode each parameter in the width the command's table has for it.",
		Source: "§3.4, `fixed-offsets`"},
	{ID: "NT110", Name: "request-end", Severity: Error, Title: decode.FindRequestEnd,
		Why:    "A frame without EE in its place has another length than its sender believed.",
		Do:     "Check the lengths of the parameters, above all of strings over 255 bytes.",
		Source: "§2.4, §6.3 T-35, `unchecked-end`"},
	{ID: "NT111", Name: "unknown-command", Severity: Warning, Title: decode.FindUnknown,
		Why:    "No firmware has it: the answer is the error frame, and nothing is done.",
		Do:     "Look the number up in docs/protocol.md.",
		Source: "§4"},
	{ID: "NT112", Name: "unreleased-command", Severity: Warning, Title: decode.FindUnreleased,
		Why:    "The host library has the command, but no released firmware does: the answer is the error frame.",
		Do:     "Do without it; to end a server, reset the module or use the BSD-style sockets.",
		Source: "§4.0 quirk 3, §4.8, §10"},
	{ID: "NT113", Name: "foreign-command", Severity: Warning, Title: decode.FindForeign,
		Why:    "The other family's firmware has it; this one answers the error frame or does something else under that number.",
		Do:     "Ask GET_FW_VERSION first, and use the commands of that family.",
		Source: "§4.4"},
}

// lostParameterBytes finds a request whose lost tail is not padding alone.
func lostParameterBytes(st *step) {
	if st.ex == nil || st.ex.Request.Window.Omitted > 0 {
		return
	}
	req := &st.ex.Request
	tail, behind := len(req.Bytes)%4, len(req.Message.Pad)+1
	readable := req.Bytes != nil && req.Message.Size > 0 && req.Message.Size+len(req.Message.Pad) == len(req.Bytes) && len(st.ex.Args) > 0
	if readable && tail > behind {
		st.report(int(st.ex.Cmd), "%s: %d bytes of the last parameter do not reach the coprocessor, the frame has %d bytes",
			st.ex.Name(), tail-behind, len(req.Bytes))
	}
}

// stateless makes the check of a rule that needs no memory of its own.
func stateless(c check) func() check { return func() check { return c } }
