package emulator

import (
	"maps"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A demonstration shows a quirk: what a host sees of the same act on firmware
// with it and on firmware that differs in nothing else.
type demonstration struct {
	act           func(*demo) string
	with, without string

	base    func() Profile // nil: Arduino200
	cfg     Config
	network MemoryConfig
	apart   bool // the module has not joined
}

// A demo is the scene of a demonstration: a module that has joined and one peer.
type demo struct {
	*rawHost
	lan  *Memory
	peer *Node
}

// demonstrations are those of all quirks.
func demonstrations() map[Quirk]demonstration {
	all := map[Quirk]demonstration{}
	for _, some := range []map[Quirk]demonstration{linkQuirks, slotQuirks, udpQuirks, bsdQuirks, wifiQuirks, scanQuirks, fileQuirks} {
		maps.Copy(all, some)
	}
	return all
}

// TestEveryQuirk: each quirk of the register has its demonstration, and it is
// the profile that decides.
func TestEveryQuirk(t *testing.T) {
	shown := demonstrations()
	for _, q := range AllQuirks() {
		t.Run(q.String(), func(t *testing.T) {
			d, ok := shown[q]
			require.True(t, ok, "nothing shows this quirk")
			with, without := strings.ReplaceAll(d.with, " ", ""), strings.ReplaceAll(d.without, " ", "")
			require.NotEqual(t, with, without)
			assert.Equal(t, with, d.show(t, Quirks.With, q), "with the quirk")
			assert.Equal(t, without, d.show(t, Quirks.Without, q), "without")
		})
	}
}

// show plays the act on a profile that was given a quirk or relieved of it.
func (d demonstration) show(t *testing.T, change func(Quirks, ...Quirk) Quirks, q Quirk) (seen string) {
	inBubble(t, d.network, func(t *testing.T, lan *Memory) {
		cfg := d.cfg
		if cfg.Profile = Arduino200(); d.base != nil {
			cfg.Profile = d.base()
		}
		cfg.Profile.Quirks = change(cfg.Profile.Quirks, q)
		cfg.Network = lan.Node(moduleAddr)
		if cfg.JoinTime == 0 {
			cfg.JoinTime = -1
		}
		h := newHost(t, cfg)
		if !d.apart {
			h.join()
		}
		seen = d.act(&demo{h, lan, lan.Node(peerAddr)})
	})
	return strings.ReplaceAll(seen, " ", "")
}

// sees exchanges a command and returns n bytes of the reply.
func (d *demo) sees(request string, n int) string {
	d.t.Helper()
	return d.ask(request, strings.Repeat("00", n))
}

// dial connects a slot to the peer and returns the far end.
func (d *demo) dial(slot int) *memoryConn {
	d.t.Helper()
	ln, err := d.peer.Listen(0)
	require.NoError(d.t, err)
	defer ln.Close()
	d.expect(startClientAt(addrPort(ln.Addr()), slot), okStart)
	return d.accepted(ln)
}

func (d *demo) accepted(ln net.Listener) *memoryConn {
	d.t.Helper()
	c, err := ln.Accept()
	require.NoError(d.t, err)
	d.t.Cleanup(func() { c.Close() })
	return c.(*memoryConn)
}

// visit connects the peer to the server of the module on webPort, and sends
// some text if there is any.
func (d *demo) visit(text string) {
	d.t.Helper()
	c, err := d.peer.Dial(d.t.Context(), netip.AddrPortFrom(moduleAddr, webPort))
	require.NoError(d.t, err)
	d.t.Cleanup(func() { c.Close() })
	_, err = c.Write([]byte(text))
	require.NoError(d.t, err)
	d.settle()
}

// settle lets happen what happens at once.
func (d *demo) settle() { time.Sleep(time.Microsecond) }

// holds returns how long a command holds READY high.
func (d *demo) holds(request string) string {
	d.t.Helper()
	d.write(request)
	held, err := d.WaitReady(bus.Armed, time.Hour)
	if err != nil {
		return "for ever"
	}
	return held.String()
}

// line returns the level of GPIO0.
func (d *demo) line() string {
	high, err := d.Attention()
	require.NoError(d.t, err)
	return map[bool]string{false: "low", true: "high"}[high]
}

// TestTheRegister: names can be typed and are found, rows are whole.
func TestTheRegister(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for i, q := range AllQuirks() {
		s := q.Spec()
		assert.EqualValues(t, i, q)
		assert.Regexp(t, kebab, s.Name)
		assert.NotEmpty(t, s.Does, s.Name)
		assert.NotEmpty(t, s.Instead, s.Name)
		assert.NotEmpty(t, s.Source, s.Name)
		assert.False(t, strings.HasSuffix(s.Does+s.Instead, "."), s.Name)
		found, ok := QuirkNamed(s.Name)
		assert.True(t, ok)
		assert.Equal(t, q, found)
	}
	_, ok := QuirkNamed("no-such-quirk")
	assert.False(t, ok)
	_, ok = QuirkNamed("")
	assert.False(t, ok)
	assert.Empty(t, quirkCount.String())
	assert.Empty(t, Quirk(200).String())
}

// TestSetsOfQuirks: a set is a value, and numbers that are no quirk are not in
// any.
func TestSetsOfQuirks(t *testing.T) {
	some := Quirks{}.With(LostParity, AppendOnly, Quirk(250))
	assert.True(t, some.Has(LostParity) && some.Has(AppendOnly))
	assert.False(t, some.Has(StrayZero) || some.Has(Quirk(250)))
	assert.Equal(t, Quirks{}.With(AppendOnly), some.Without(LostParity, Quirk(250)))
	assert.True(t, some.Has(LostParity), "a copy was changed")
}

// TestEveryQuirkIsSomebodys: the register knows nothing no release does.
func TestEveryQuirkIsSomebodys(t *testing.T) {
	for _, q := range AllQuirks() {
		somebody := false
		for _, p := range Profiles() {
			somebody = somebody || p.Quirks.Has(q)
		}
		assert.True(t, somebody, "%v", q)
	}
}
