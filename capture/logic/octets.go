package logic

// The bytes that stand for what was not recorded: what hosts clock out while
// they read, and what the coprocessor sends while it listens.
const (
	fillMOSI = 0xFF
	fillMISO = 0x00
)

// octets reads what was clocked from two columns of the row. Of a direction
// that was not recorded there is no value.
func (r *rows) octets(mosiColumn, misoColumn int, e *event) error {
	mosi, miso := r.at(mosiColumn), r.at(misoColumn)
	e.mosi, e.miso = fillMOSI, fillMISO
	e.partial = mosi == "" || miso == ""
	ok := mosi != "" || miso != ""
	if !ok {
		return r.bad(max(mosiColumn, misoColumn), wantOctet)
	}
	if mosi != "" {
		if e.mosi, ok = octet(mosi); !ok {
			return r.bad(mosiColumn, wantOctet)
		}
	}
	if miso != "" {
		if e.miso, ok = octet(miso); !ok {
			return r.bad(misoColumn, wantOctet)
		}
	}
	return nil
}

const wantOctet = "a byte such as 0x05"
