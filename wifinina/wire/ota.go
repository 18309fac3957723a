package wire

// OTAStatus is how the download of an update ended, the answer to DOWNLOAD_OTA
// (reference §4.6).
type OTAStatus uint8

// The ends of a download.
const (
	OTADone      OTAStatus = 0
	OTANoFile    OTAStatus = 1 // the file could not be opened for writing
	OTABadLength OTAStatus = 2 // not as long as its first four bytes say; also: nothing was downloaded
	OTABadCRC    OTAStatus = 3 // the checksum in its second four bytes is wrong
	OTANoRename  OTAStatus = 4 // the file could not take its final name
)

// String returns the name, as in "BAD_CRC".
func (s OTAStatus) String() string {
	switch s {
	case OTADone:
		return "DONE"
	case OTANoFile:
		return "NO_FILE"
	case OTABadLength:
		return "BAD_LENGTH"
	case OTABadCRC:
		return "BAD_CRC"
	case OTANoRename:
		return "NO_RENAME"
	}
	return decimal(uint8(s))
}
