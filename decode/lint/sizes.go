package lint

import (
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What is larger than the firmware has room for.
var sizeRules = []Rule{
	{ID: "NT421", Name: "oversize-request", Severity: Error, Title: "request longer than the coprocessor's buffer",
		Why:    "What is beyond 4092 bytes is lost, yet SEND_DATA_TCP answers the whole length and sends what lies behind the buffer.",
		Do:     "Split what is sent; 4083 bytes of data are the most, 1436 a segment.",
		Source: "§2.4, observed: Frame rules 13, `overruns`, arduino-libraries/WiFiNINA#129", check: stateless(oversizeRequest)},
	{ID: "NT422", Name: "oversize-receive", Severity: Error, Title: "asked for more than a reply can hold",
		Why:    "The firmware fills its reply buffer beyond the end.",
		Do:     "Ask for 4086 bytes at most by GET_DATABUF_TCP, 4076 by SOCKET_RECVFROM, 255 by READ_FILE.",
		Source: "§4.3, §4.6, §4.7, `overruns`, `padded-reads`", check: stateless(oversizeReceive)},
	{ID: "NT423", Name: "oversize-parameter", Severity: Error, Title: "text longer than the firmware's buffer for it",
		Why:    "The firmware copies it without looking at its length and overwrites memory.",
		Do:     "Check lengths first: an SSID has at most 32 bytes, a passphrase 64, a file name 32, a URL 64.",
		Source: "§3.5, §4.6, observed: Behaviour, `overruns`", check: stateless(oversizeParameter)},
}

func oversizeRequest(st *step) {
	if st.ex == nil {
		return
	}
	w := &st.ex.Request.Window
	if n := len(st.ex.Request.Bytes) + w.Omitted; n > wire.MaxFrame {
		st.report(int(st.ex.Cmd), "%s of %d bytes; the coprocessor keeps %d", st.ex.Name(), n, wire.MaxFrame)
	}
}

func oversizeReceive(st *step) {
	name, limit := "count", 0
	switch {
	case st.asks(wire.GetDatabufTCP):
		limit = wire.MaxRecv
	case st.asks(wire.SocketRecvFrom):
		limit = wire.MaxSockRecv
	case st.asks(wire.ReadFile):
		name, limit = "len", wire.MaxFileRead
	default:
		return
	}
	if n := st.arg(name); n > limit {
		st.report(int(st.ex.Cmd), "%s asks for %d bytes; %d are the most", st.ex.Name(), n, limit)
	}
}

// maxLength returns how long the firmware's buffer for a parameter is, 0 for
// one of no limit.
func maxLength(c wire.Command, f wire.Family, name string) int {
	switch {
	case c == wire.SetKey && name == "key":
		return wire.MaxWEPKey
	case name == "ssid":
		return wire.MaxSSID
	case name == "passphrase":
		return wire.MaxPassphrase
	case name == "url" && c == wire.DownloadOTA:
		return wire.MaxOTAURL
	case name == "url":
		return wire.MaxURL
	case name == "filename":
		return wire.MaxFilename
	case c == wire.SetCliCert && f == wire.Adafruit && name == "cert":
		return wire.MaxClientCert
	case c == wire.SetPK && f == wire.Adafruit && name == "key":
		return wire.MaxClientKey
	}
	return 0
}

func oversizeParameter(st *step) {
	if st.ex == nil || !st.asks(st.ex.Cmd) {
		return
	}
	for i, v := range st.ex.Args {
		name := st.ex.Request.Message.Param(i).Name
		limit := maxLength(st.ex.Cmd, st.ex.Family, name)
		if n := len(v.Bytes()); limit > 0 && n > limit {
			st.report(int(st.ex.Cmd), "%s: %s has %d bytes, the firmware's buffer %d", st.ex.Name(), name, n, limit)
		}
	}
}
