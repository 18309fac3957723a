package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// attentive requires the level of GPIO0, at once or within the time of a test.
func (h *rawHost) attentive(want bool) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		level, err := h.Attention()
		return err == nil && level == want
	}, patience, 100*time.Microsecond)
}

func TestAttention(t *testing.T) {
	h := udpHost(t)
	h.attentive(false)
	peer := h.connect(0)
	h.attentive(false)
	peer.send("x")
	h.attentive(true)
	h.expect(getDatabufCmd(0, 100), dataIs("x"))
	h.attentive(false)

	p := newUDPPeer(t)
	own := h.openUDP(1, p)
	h.attentive(false)
	p.send(own, "y")
	h.attentive(true)
	h.expect(getDatabufCmd(1, 100), dataIs("y"))
	h.attentive(false)

	client := h.dial(h.serve(2))
	h.attentive(true) // a client is pending
	h.poll(acceptC(2), availIs(3))
	h.attentive(false)
	client.send("z")
	h.attentive(true)
	h.expect(stop(3), stopped)
	h.attentive(false)
}

// TestAttentionTick: the line changes no oftener than the tick allows.
func TestAttentionTick(t *testing.T) {
	clock := newHandClock(time.Unix(1e9, 0))
	h := newHost(t, Config{Clock: clock, JoinTime: -1, AttentionTick: 10 * time.Millisecond})
	line := func(want bool) {
		t.Helper()
		level, err := h.Attention()
		require.NoError(t, err)
		require.Equal(t, want, level)
	}
	h.join()
	peer := h.connect(0)
	clock.Sleep(10 * time.Millisecond)
	line(false)
	peer.send("x")
	h.poll(avail(0), availIs(1))
	line(false) // still asleep
	clock.Sleep(10 * time.Millisecond)
	line(true)
	h.expect(getDatabufCmd(0, 100), dataIs("x"))
	line(true) // stays up after the last byte was taken
	clock.Sleep(10*time.Millisecond - 1)
	line(true)
	clock.Sleep(1)
	line(false)
}
