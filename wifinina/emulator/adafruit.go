package emulator

import "github.com/ninatrace/ninatrace/wifinina/wire"

// Adafruit177 is the profile of Adafruit's fork 1.7.7: Arduino's firmware of
// its time with WPA2 enterprise, client certificates and analog reads of its
// own (reference §4.4, §4.5, §4.9).
func Adafruit177() Profile {
	p := Arduino148()
	p.Version, p.Family = "1.7.7", wire.Adafruit
	p.Quirks = p.Quirks.With(FullCloses, UnnoticedFIN, StickyIdentity).Without(quirksOfFiles...)
	return p
}

// Adafruit330 is the profile of 3.3.0 (November 2025), which leaves WiFi, TCP,
// UDP and TLS to arduino-esp32.
func Adafruit330() Profile {
	return Profile{
		Version: "3.3.0",
		Family:  wire.Adafruit,
		Sockets: wire.MaxSlotsIDF5,
		Quirks: everywhere().With(
			StateFreesDialled, AcceptFlag, AlwaysAccepts, FailureCloses, Reconnects, StaleReason, StationOnly,
			NegativeScanCount, RawEncryption, StaleLookup, WideTime, StickyIdentity,
		),
	}
}

// adafruitHandlers is where Adafruit's firmware differs. A handler without
// functions answers the error frame: the CA certificate and the client
// certificate of WPA2 enterprise are not implemented there, and only a build
// for the Uno WiFi Rev2 downloads updates.
var adafruitHandlers = map[wire.Command]handler{
	wire.SetCliCert:    {quick: setClientCert},
	wire.SetPK:         {quick: setClientKey},
	wire.SetEntIdent:   {quick: setEntIdent},
	wire.SetEntUName:   {quick: setEntUsername},
	wire.SetEntPasswd:  {quick: setEntPassword},
	wire.SetEntCACert:  {},
	wire.SetEntCertKey: {},
	wire.SetEntEnable:  {quick: setEntEnable},
	wire.GetAnalogRead: {quick: analogReadPin},
	wire.DownloadOTA:   {},
}
