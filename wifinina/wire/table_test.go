package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// noHandler is what the firmware has no handler for and no host sends
// (reference §4).
var noHandler = []Command{0x13, 0x1C, 0x1D, 0x31, 0x42, 0x43, 0x47, 0x48, 0x49, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F}

func TestEveryCommandHasARow(t *testing.T) {
	for c := Command(0); c < commandCount; c++ {
		free := c < 0x10
		for _, n := range noHandler {
			free = free || n == c
		}
		for _, f := range []Family{Arduino, Adafruit} {
			s := Lookup(c, f)
			if free {
				assert.Nil(t, s, "%v", c)
				assert.Equal(t, []any{"", ""}, []any{c.Name(f), Source(c, f)}, "%v", c)
				continue
			}
			require.NotNil(t, s, "0x%02x", uint8(c))
			assert.NotEmpty(t, s.Name, "0x%02x", uint8(c))
			assert.Equal(t, s.Name, c.Name(f))
			assert.NotEmpty(t, Source(c, f), s.Name)
			require.NotEmpty(t, s.Forms, s.Name)
			assert.Empty(t, s.Forms[0].Sender, "the first form of %s is the right one", s.Name)
			assert.Equal(t, PadRule{}, s.Forms[0].Pad, s.Name)
			assert.Zero(t, s.Forms[0].Announce, s.Name)
			assert.Equal(t, s.Kind == Always, len(s.Reply) == 0, "%s has reply parameters, or always the error frame", s.Name)
		}
	}
	assert.Nil(t, Lookup(0x80, Arduino))
	assert.Nil(t, Lookup(0xFF, Adafruit))
}

func TestFormsAreSensible(t *testing.T) {
	forEachSpec(func(c Command, f Family, s *Spec) {
		for i, form := range s.Forms {
			assert.Regexp(t, `^[A-Za-z0-9 ]*$`, form.Sender, s.Name)
			for j := range s.Forms[:i] {
				o := s.Forms[j]
				same := o.Announce == form.Announce && o.Pad == form.Pad && assert.ObjectsAreEqual(o.Params, form.Params)
				assert.False(t, same, "forms %d and %d of %s are the same", j, i, s.Name)
			}
			for k, p := range form.Params {
				last := k == len(form.Params)-1
				assert.True(t, last || p.Type != Counted && p.Type != Wrapped, "%s: %s must be last", s.Name, p.Name)
				assert.NotZero(t, p.Type, s.Name)
				assert.Less(t, p.Type, typeCount, s.Name)
				assert.Equal(t, p.Type == Filler, p.Name == "", "%s: fillers, and only they, have no name", s.Name)
			}
		}
		for _, p := range s.Reply {
			assert.NotEmpty(t, p.Name, s.Name)
			assert.False(t, p.Secret, "%s: a secret in a reply would not be masked", s.Name)
		}
		assert.True(t, s.Kind != Repeated || len(s.Reply) == 1, s.Name)
	})
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]Command{}
	forEachSpec(func(c Command, f Family, s *Spec) {
		if old, ok := seen[s.Name]; ok {
			assert.Equal(t, old, c, s.Name)
		}
		seen[s.Name] = c
		assert.Regexp(t, `^[A-Z0-9]+(_[A-Z0-9]+)*$`, s.Name)
	})
	assert.Equal(t, "SET_ENT", SetEnt.String())
	assert.Equal(t, "SET_CLI_CERT", SetEnt.Name(Adafruit))
	assert.Equal(t, "SET_PK", SetPK.String())
	assert.Equal(t, "0x31", Command(0x31).String())
	assert.Equal(t, "0xfe", Command(0xFE).String())
	assert.Equal(t, "STOP_SERVER_TCP", StopServerTCP.String())
}

// wideRequests and wideReplies are the 16-bit length fields of reference §3.4:
// which parameters of a request and of a reply have one.
var (
	wideRequests = map[string]string{
		"SET_ENT": "wwwwww", "SEND_DATA_TCP": "ww", "GET_DATABUF_TCP": "ww", "INSERT_DATABUF": "ww", "BLE_WRITE": "w",
		"PREF_PUT": "..w", "BRSSL_SET_EC_TA": "w..w", "SOCKET_SEND": "ww", "SOCKET_SENDTO": "wwww",
	}
	wideReplies = map[string]string{
		"GET_DATABUF_TCP": "w", "BLE_PEEK": "w", "BLE_READ": "w", "PREF_GET": "w", "SOCKET_RECV": "w",
		"SOCKET_RECVFROM": "www",
	}
)

func TestWideLengths(t *testing.T) {
	wide := func(ps []Param) string {
		b := []byte{}
		for _, p := range ps {
			if p.Wide {
				b = append(b, 'w')
			} else {
				b = append(b, '.')
			}
		}
		return string(b)
	}
	narrow := func(s string) string { return strings.Repeat(".", len(s)) }
	forEachSpec(func(c Command, f Family, s *Spec) {
		for _, form := range s.Forms {
			got := wide(form.Params)
			want, ok := wideRequests[s.Name]
			if !ok {
				want = narrow(got)
			}
			assert.Equal(t, want, got, s.Name)
		}
		got := wide(s.Reply)
		want, ok := wideReplies[s.Name]
		if !ok {
			want = narrow(got)
		}
		assert.Equal(t, want, got, s.Name)
	})
}

func TestSince(t *testing.T) {
	branch := []Command{StopServerTCP, GetFWVersionU32, SetTime, BRSSLSetECTA, BRSSLErrorCode}
	for c := BLEBegin; c <= BLEWrite; c++ {
		branch = append(branch, c)
	}
	for c := PrefBegin; c <= PrefGetType; c++ {
		branch = append(branch, c)
	}
	forEachSpec(func(c Command, f Family, s *Spec) {
		assert.Equal(t, s.Since[f], Since(c, f), s.Name)
		assert.Equal(t, s.Slow, Slow(c, f), s.Name)
		assert.True(t, s.Since[Arduino] != 0 || s.Since[Adafruit] != 0, "%s has no release", s.Name)
		for _, v := range s.Since {
			released := v >= V(1, 0, 0) && v <= V(2, 0, 0)
			assert.True(t, v == 0 || v == Unreleased || released, "%s since %v", s.Name, v)
		}
		if f == Arduino {
			isBranch := false
			for _, b := range branch {
				isBranch = isBranch || b == c
			}
			assert.Equal(t, isBranch, s.Since[Arduino] == Unreleased, s.Name)
		}
	})
	assert.Equal(t, V(1, 6, 0), Since(GetDNSConfig, Arduino))
	assert.Equal(t, V(2, 0, 0), Since(SocketErrno, Adafruit))
	assert.Equal(t, V(1, 3, 0), Since(SetEnt, Arduino))
	assert.Equal(t, V(1, 4, 0), Since(SetCliCert, Adafruit), "the family has its own row")
	assert.Equal(t, Version(0), Since(SetPK, Arduino))
	assert.Zero(t, Since(0x31, Arduino))
}

func TestFamiliesDiffer(t *testing.T) {
	var differ []Command
	for c := Command(0); c < commandCount; c++ {
		if Since(c, Arduino) != 0 && Since(c, Adafruit) != 0 && !assert.ObjectsAreEqual(Lookup(c, Arduino), Lookup(c, Adafruit)) {
			differ = append(differ, c)
		}
	}
	assert.Equal(t, []Command{0x40, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x54}, differ)
	assert.Same(t, Lookup(SetNet, Arduino), Lookup(SetNet, Arduino), "a Spec is made once")
	assert.Equal(t, Lookup(SetPK, Adafruit), Lookup(SetPK, Arduino), "the other family's row")
	assert.Equal(t, Lookup(SocketErrno, Arduino), Lookup(SocketErrno, Adafruit))
}

// TestParamContract pins the names other tools print.
func TestParamContract(t *testing.T) {
	for c, want := range map[Command]string{
		SetPassphrase:  "ssid passphrase! > status",
		SendDataTCP:    "sock data > count",
		GetDatabufTCP:  "sock count > data",
		AvailDataTCP:   "sock accept > count",
		StartClientTCP: "ip port sock mode > status",
		SetKey:         "ssid index key! > status",
		SetPK:          "key! > status",
		SetEntPasswd:   "password! > status",
		SocketRecvFrom: "sock count > ip port data",
		WriteFile:      "offset len filename data > count",
	} {
		f := Arduino
		if c == SetEntPasswd {
			f = Adafruit
		}
		s := Lookup(c, f)
		got := ""
		for _, p := range s.Forms[0].Params {
			got += p.Name
			if p.Secret {
				got += "!"
			}
			got += " "
		}
		got += ">"
		for _, p := range s.Reply {
			got += " " + p.Name
		}
		assert.Equal(t, want, got)
	}
}

// TestSlotsAreCalledSock: whatever names a slot or a descriptor in a request
// does so by one name, so that a decoder can follow it.
func TestSlotsAreCalledSock(t *testing.T) {
	forEachSpec(func(c Command, f Family, s *Spec) {
		for _, form := range s.Forms {
			for _, p := range form.Params {
				assert.NotEqual(t, "fd", p.Name, s.Name)
				if p.Name == "sock" {
					assert.Equal(t, U8, p.Type, s.Name)
				}
			}
		}
	})
}

func TestSources(t *testing.T) {
	assert.Equal(t, "main/CommandHandler.cpp sendDataTcp", Source(SendDataTCP, Arduino))
	assert.Equal(t, "main/CommandHandler.cpp setEnt", Source(SetEnt, Arduino))
	assert.Equal(t, "main/CommandHandler.cpp setClientCert", Source(SetCliCert, Adafruit))
	assert.Equal(t, "main/CommandHandler.cpp setCertKey", Source(SetPK, Arduino))
	assert.Equal(t, "reference §4.8", Source(PrefGet, Arduino))
	assert.Empty(t, Source(0x90, Arduino))
}

func TestSecretBitsAgreeWithTable(t *testing.T) {
	want := map[Command]bool{}
	forEachSpec(func(c Command, f Family, s *Spec) {
		for _, form := range s.Forms {
			for _, p := range form.Params {
				want[c] = want[c] || p.Secret
			}
		}
	})
	for c := 0; c < 256; c++ {
		assert.Equal(t, want[Command(c)], hasSecret(byte(c)), "%v", Command(c))
	}
}

// TestClosingBytes checks the constants rows are built of against the types.
func TestClosingBytes(t *testing.T) {
	for code, want := range map[string]Param{
		u8: {Type: U8}, u16be: {Type: U16BE}, u16le: {Type: U16LE}, u32le: {Type: U32LE}, i16le: {Type: I16LE},
		i32le: {Type: I32LE}, f32le: {Type: F32LE}, uintle: {Type: UintLE}, intle: {Type: IntLE}, ipv4: {Type: IPv4},
		mac: {Type: MAC}, text: {Type: String}, ctext: {Type: CString}, blob: {Type: Blob}, filler: {Type: Filler},
		counted: {Type: Counted}, wideU8: {Type: U8, Wide: true}, wideU16BE: {Type: U16BE, Wide: true},
		wideU16LE: {Type: U16LE, Wide: true}, wideIPv4: {Type: IPv4, Wide: true}, wideText: {Type: String, Wide: true},
		wideBlob: {Type: Blob, Wide: true}, secretText: {Type: String, Secret: true}, secretBlob: {Type: Blob, Secret: true},
		secretWrapped:  {Type: Wrapped, Secret: true},
		wideSecretText: {Type: String, Wide: true, Secret: true}, wideSecretCText: {Type: CString, Wide: true, Secret: true},
	} {
		got, rest := layout(code).next()
		assert.Equal(t, want, got)
		assert.Empty(t, rest)
	}
}

func forEachSpec(do func(Command, Family, *Spec)) {
	for c := Command(0); c < commandCount; c++ {
		for _, f := range []Family{Arduino, Adafruit} {
			if s := Lookup(c, f); s != nil {
				do(c, f, s)
			}
		}
	}
}
