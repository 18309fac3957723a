package lint

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What is out of order with READY and the selects.
var handshakeRules = []Rule{
	{ID: "NT201", Name: "ready-not-low", Severity: Error, Title: decode.FindReadyLow,
		Why:    "A host that goes on without READY clocks its bytes into nothing and is out of step from then on.",
		Do:     "Do not select before READY is low; after a timeout resynchronise or reset.",
		Source: "§2.3, §6.3 T-22, arduino-libraries/WiFiNINA#106"},
	{ID: "NT202", Name: "ready-not-high", Severity: Warning, Title: decode.FindReadyHigh,
		Why:    "The coprocessor has not seen the select, or READY is not wired: what is clocked may be lost.",
		Do:     "Check the wiring of READY and chip select.",
		Source: "§2.1, §2.3"},
	{ID: "NT203", Name: "ready-timeout", Severity: Error, Title: "READY never went low",
		Why:    "The coprocessor is busy for good, in reset, without power, or waits for a reply to be read.",
		Do:     "Reset it and join again; if it happens after the same command each time, see what that waits for.",
		Source: "§2.3, arduino-libraries/WiFiNINA#106, adafruit/Adafruit_CircuitPython_ESP32SPI#11", check: stateless(readyTimeout)},
	{ID: "NT204", Name: "slow-reply", Severity: Warning, Title: "slow reply",
		Why:    "A host that stops waiting earlier loses the reply and is out of step; one with a watchdog is reset.",
		Do:     "Wait longer than that, without a lock that stops others, and see why: the network, or a server that does not answer.",
		Source: "§2.3, §7, `blocking-connect`, `blocking-waits`, arduino-libraries/WiFiNINA#157", check: stateless(slowReply)},
	{ID: "NT205", Name: "transfer-failed", Severity: Error, Title: decode.FindTransfer,
		Why:    "The host's SPI reported an error: nothing is known of what the coprocessor got.",
		Do:     "Check the SPI peripheral and its DMA; resynchronise before going on.",
		Source: "§2.5"},
	{ID: "NT206", Name: "unselected", Severity: Error, Title: decode.FindUnselected,
		Why:    "The coprocessor ignores what is clocked with chip select high: the frame is lost.",
		Do:     "Hold chip select low through the frame; look for another device's driver on the same pins.",
		Source: "§1.1, §2.2"},
	{ID: "NT207", Name: "zero-clock", Severity: Warning, Title: decode.FindZeroClock,
		Why:    "A select without clocks drops the reply that is armed.",
		Do:     "Fine as a step of a resynchronisation; else look for a glitch on chip select.",
		Source: "§2.4, §2.5, `zero-clock-select`"},
}

// How long a reply may take, of commands that are done at once and of those
// that wait for the network. Hosts stop waiting after 10 s (reference §2.3).
const (
	slowLimit    = time.Second
	networkLimit = 9 * time.Second
)

// readyTimeout finds waits for READY that no select followed.
func readyTimeout(st *step) {
	if st.rec == nil || st.rec.Kind != capture.KindWait || st.rec.High || st.rec.Window.Status&capture.WaitTimedOut == 0 {
		return
	}
	if st.s.n > 0 {
		st.reportOf(0, []int{st.s.n}, "READY did not go low within %v, after exchange %d", about(st.rec.Window.Wait), st.s.n)
		return
	}
	st.report(0, "READY did not go low within %v", about(st.rec.Window.Wait))
}

// slowReply finds replies that took long.
func slowReply(st *step) {
	if st.ex == nil || st.ex.Reply.Bytes == nil || st.ex.Request.Bytes == nil {
		return
	}
	limit := slowLimit
	if wire.Slow(st.ex.Cmd, st.ex.Family) {
		limit = networkLimit
	}
	if st.ex.Wait > limit {
		st.report(int(st.ex.Cmd), "%s took %v to be answered", st.ex.Name(), about(st.ex.Wait))
	}
}
