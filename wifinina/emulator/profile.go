package emulator

import "github.com/ninatrace/ninatrace/wifinina/wire"

// A Profile is what distinguishes one release of the firmware from another.
// Start from one of the functions below and change what differs.
type Profile struct {
	Version string      // as GET_FW_VERSION tells it, without the NUL; it decides which commands there are
	Family  wire.Family // shapes of the commands the two families disagree on
	Sockets int         // slots, and lwIP sockets
	Quirks  Quirks      // what it does that one would not expect
}

// everywhere returns the quirks all releases have whose commands they have.
func everywhere() Quirks {
	return Quirks{}.With(AllQuirks()...).Without(
		GPIO0Tick, StateFreesSlots, StateFreesDialled, UncheckedPort, AcceptFlag, AlwaysAccepts, Broadcasts,
		FullCloses, UnnoticedFIN, TurnedAddress, ReversedMAC, JoiningIsNoSSID, FailureCloses, Reconnects,
		StaleReason, StationOnly, ScanDropsLink, TenNetworks, StaleScan, NegativeScanCount, RawEncryption,
		StaleLookup, WideTime, StickyIdentity,
	)
}

// What goes with commands some releases do not have.
var (
	quirksOfBSD = []Quirk{BlockingSockets, GPIO0SlotsOnly, EndIsENOTCONN, RefusedIsReset, PollFailsFull}

	quirksOfFiles = []Quirk{FileErrorFrame, StrayZero, WrittenLength, AppendOnly, PaddedReads, SilentOpenFailure}
)

// Arduino200 is the profile of Arduino's nina-fw 2.0.0 (January 2025), which
// behaves as 1.6.0 does.
func Arduino200() Profile {
	return Profile{
		Version: "2.0.0",
		Family:  wire.Arduino,
		Sockets: wire.MaxSlots,
		Quirks: everywhere().With(
			GPIO0Tick, StateFreesSlots, AcceptFlag, Broadcasts, TurnedAddress,
			ReversedMAC, JoiningIsNoSSID, ScanDropsLink, TenNetworks, StaleScan,
		),
	}
}

// Arduino150 is the profile of 1.5.0 (July 2022): no GET_DNS_CONFIG, and
// AVAIL_DATA_TCP knows only available().
func Arduino150() Profile {
	p := Arduino200()
	p.Version, p.Quirks = "1.5.0", p.Quirks.Without(AcceptFlag)
	return p
}

// Arduino148 is the profile of 1.4.8: as 1.5.0, without BSD-style sockets, and
// a listener whose port is taken is reported as open.
func Arduino148() Profile {
	p := Arduino150()
	p.Version, p.Quirks = "1.4.8", p.Quirks.With(UncheckedPort).Without(quirksOfBSD...)
	return p
}
