package emulator

// Quirks of the link and of how commands are read. [Quirk.Spec] says what each
// is.
const (
	LostParity Quirk = iota
	ZeroClockSelect
	LostTail
	FixedOffsets
	UncheckedEnd
	PaddingParameters
	Overruns
	BlockingConnect
	BlockingWaits
	BlockingSockets
	GPIO0Tick
	GPIO0SlotsOnly
	GPIO0FirstOnly
	BootGlitch

	firstOfSlots
)

// Quirks of the sockets in slots.
const (
	UnreservedSlots Quirk = firstOfSlots + iota
	StateFreesSlots
	StateFreesDialled
	ImmortalListeners
	LeftoverServer
	LeakyStart
	UncheckedPort
	AcceptFlag
	AlwaysAccepts
	SilentClients
	Broadcasts
	ShortSends
	FullCloses
	UnnoticedFIN
	AlwaysSent
	NothingIsFF
	EmptyFailure
	TurnedAddress
	StickyIdentity
	SharedRemote
	KeptDatagram
	SplitDatagrams
	LostEmptyDatagrams

	firstOfBSD
)

// Quirks of the BSD-style sockets.
const (
	EndIsENOTCONN Quirk = firstOfBSD + iota
	RefusedIsReset
	PollFailsFull

	firstOfWiFi
)

// Quirks of WiFi, name resolution and time.
const (
	ReversedMAC Quirk = firstOfWiFi + iota
	JoiningIsNoSSID
	LingeringAddress
	OpenWithoutLink
	ZeroIPConfig
	IgnoredValidCount
	SilentRetry
	LossCloses
	FailureCloses
	Reconnects
	StaleReason
	StationOnly
	ScanDropsLink
	TenNetworks
	StaleScan
	NegativeScanCount
	RawEncryption
	StaleLookup
	WideTime

	firstOfFiles
)

// Quirks of the files.
const (
	FileErrorFrame Quirk = firstOfFiles + iota
	StrayZero
	WrittenLength
	AppendOnly
	PaddedReads
	SilentOpenFailure

	quirkCount
)
