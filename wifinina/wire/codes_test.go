package wire

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCodeNames(t *testing.T) {
	for want, s := range map[string]fmt.Stringer{
		"CONNECTED": StatusConnected, "NO_MODULE": StatusNoModule, "10": Status(10), "AP_FAILED": StatusAPFailed,
		"WPA2": EncryptionWPA2, "UNKNOWN": EncryptionUnknown, "3": Encryption(3),
		"TCP": ModeTCP, "BEARSSL": ModeBearSSL, "200": Mode(200),
		"ESTABLISHED": StateEstablished, "TIME_WAIT": StateTimeWait, "11": TCPState(11),
		"NO_AP_FOUND": ReasonNoAPFound, "199": Reason(199), "4WAY_HANDSHAKE_TIMEOUT": ReasonHandshakeTimeout,
		"EAGAIN": EAGAIN, "ECONNRESET": ECONNRESET, "OK": EOK, "255": Errno(255),
		"arduino": Arduino, "adafruit": Adafruit, "1.4.8": V(1, 4, 8), "unreleased": Unreleased, "never": Version(0),
	} {
		assert.Equal(t, want, s.String())
	}
}

// TestCodesHaveNames: each code the firmware sends has a name of its own.
func TestCodesHaveNames(t *testing.T) {
	for kind, x := range map[string]struct {
		name  func(uint8) string
		named int
	}{
		"Status":     {func(n uint8) string { return Status(n).String() }, 12},
		"Encryption": {func(n uint8) string { return Encryption(n).String() }, 6},
		"Mode":       {func(n uint8) string { return Mode(n).String() }, 5},
		"TCPState":   {func(n uint8) string { return TCPState(n).String() }, 11},
		"Reason":     {func(n uint8) string { return Reason(n).String() }, 16},
		"Errno":      {func(n uint8) string { return Errno(n).String() }, 33},
		"OTAStatus":  {func(n uint8) string { return OTAStatus(n).String() }, 5},
	} {
		names := map[string]bool{}
		for n := 0; n < 256; n++ {
			if s := x.name(uint8(n)); s != strconv.Itoa(n) {
				names[s] = true
			}
		}
		assert.Len(t, names, x.named, kind)
	}
}

// TestCodeValues pins the numbers that travel (reference §5, nina-observed
// "Low-level sockets").
func TestCodeValues(t *testing.T) {
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 254, 255}, numbers(StatusIdle, StatusNoSSIDAvail,
		StatusScanCompleted, StatusConnected, StatusConnectFailed, StatusConnectionLost, StatusDisconnected,
		StatusAPListening, StatusAPConnected, StatusAPFailed, StatusStopped, StatusNoModule))
	assert.Equal(t, []int{2, 4, 5, 7, 8, 255}, numbers(EncryptionWPA, EncryptionWPA2, EncryptionWEP, EncryptionNone,
		EncryptionAuto, EncryptionUnknown))
	assert.Equal(t, []int{0, 1, 2, 3, 4}, numbers(ModeTCP, ModeUDP, ModeTLS, ModeMulticast, ModeBearSSL))
	assert.Equal(t, []int{0, 1, 4, 10}, numbers(StateClosed, StateListen, StateEstablished, StateTimeWait))
	assert.Equal(t, []int{9, 11, 23, 104, 119, 128}, numbers(EBADF, EAGAIN, ENFILE, ECONNRESET, EINPROGRESS, ENOTCONN))
	assert.Equal(t, []int{8, 15, 200, 201, 202, 203}, numbers(ReasonAssocLeave, ReasonHandshakeTimeout,
		ReasonBeaconTimeout, ReasonNoAPFound, ReasonAuthFail, ReasonAssocFail))
}

func numbers[T ~uint8](codes ...T) (list []int) {
	for _, c := range codes {
		list = append(list, int(c))
	}
	return list
}

func TestADC1Channel(t *testing.T) {
	var got []int
	for gpio := range uint8(64) {
		if c, ok := ADC1Channel(gpio); ok {
			got = append(got, int(gpio), int(c))
		}
	}
	assert.Equal(t, []int{32, 4, 33, 5, 34, 6, 35, 7, 36, 0, 37, 1, 38, 2, 39, 3}, got)
}

func TestAuthMode(t *testing.T) {
	var got []Encryption
	for a := AuthMode(0); a < 8; a++ {
		got = append(got, a.Encryption())
	}
	assert.Equal(t, []Encryption{EncryptionNone, EncryptionWEP, EncryptionWPA, EncryptionWPA2, EncryptionWPA2,
		EncryptionUnknown, EncryptionUnknown, EncryptionUnknown}, got)
}

func TestParseVersion(t *testing.T) {
	for s, want := range map[string]struct {
		v Version
		f Family
	}{
		"2.0.0\x00":               {V(2, 0, 0), Arduino},
		"1.4.8\x00":               {V(1, 4, 8), Arduino},
		"1.6.0":                   {V(1, 6, 0), Arduino},
		"1.7.7\x00":               {V(1, 7, 7), Adafruit},
		"1.7.0":                   {V(1, 7, 0), Adafruit},
		"1.8.0":                   {V(1, 8, 0), Arduino},
		"3.3.0\x00":               {V(3, 3, 0), Adafruit},
		"2.0.0-rc.0+adafruit\x00": {V(2, 0, 0), Adafruit},
		"2.1":                     {V(2, 1, 0), Arduino},
		"2":                       {V(2, 0, 0), Arduino},
		"2.999.1":                 {V(2, 255, 1), Arduino},
		"":                        {0, Arduino},
		"v1.2.3":                  {0, Arduino},
		"\x00\x00\x00\x00\x00":    {0, Arduino},
	} {
		v, f := ParseVersion(s)
		assert.Equal(t, want.v, v, "%q", s)
		assert.Equal(t, want.f, f, "%q", s)
	}
	assert.Less(t, V(1, 10, 0), V(2, 0, 0))
	assert.Equal(t, []bool{true, true, false}, []bool{MACReversed(Arduino, V(2, 0, 0)),
		MACReversed(Adafruit, V(1, 7, 7)), MACReversed(Adafruit, V(2, 0, 0))})
	assert.Equal(t, []int{10, 10, 6, 6}, []int{Slots(Arduino, V(2, 0, 0)), Slots(Adafruit, V(1, 7, 7)),
		Slots(Adafruit, V(2, 0, 0)), Slots(Adafruit, V(3, 3, 0))})
}
