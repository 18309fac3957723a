package emulator

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// datagrams sends 100 numbered datagrams and returns them as they arrive.
func datagrams(t *testing.T, cfg MemoryConfig) (got []byte) {
	inBubble(t, cfg, func(t *testing.T, lan *Memory) {
		from, err := lan.Node(moduleAddr).ListenPacket(0, noGroup)
		require.NoError(t, err)
		to, err := lan.Node(peerAddr).ListenPacket(53, noGroup)
		require.NoError(t, err)
		for i := range 100 {
			_, err = from.WriteToUDPAddrPort([]byte{byte(i), 0xFF}, netip.AddrPortFrom(peerAddr, 53))
			require.NoError(t, err)
			time.Sleep(time.Millisecond)
		}
		time.AfterFunc(time.Minute, func() { to.Close() })
		for {
			b := make([]byte, 1)
			_, _, err := to.ReadFromUDPAddrPort(b)
			if err != nil {
				require.ErrorIs(t, err, net.ErrClosed)
				return
			}
			got = append(got, b[0])
		}
	})
	return got
}

func TestMemoryDatagrams(t *testing.T) {
	inOrder := datagrams(t, MemoryConfig{Latency: latency})
	assert.Len(t, inOrder, mailbox, "nobody reads: a full mailbox loses the rest")
	assert.IsIncreasing(t, inOrder)

	rough := MemoryConfig{Latency: latency, Jitter: 10 * time.Millisecond, Loss: 0.5, Seed: 1}
	got := datagrams(t, rough)
	assert.InDelta(t, 50, len(got), 20, "half are lost")
	assert.False(t, sorted(got), "they overtake each other")
	assert.Equal(t, got, datagrams(t, rough), "the same seed")
	rough.Seed = 2
	assert.NotEqual(t, got, datagrams(t, rough), "another seed")
}

func sorted(b []byte) bool {
	for i := range b[1:] {
		if b[i] > b[i+1] {
			return false
		}
	}
	return true
}

func TestMemoryMulticast(t *testing.T) {
	inBubble(t, MemoryConfig{}, func(t *testing.T, lan *Memory) {
		group := netip.MustParseAddr("224.0.0.251")
		member, err := lan.Node(peerAddr).ListenPacket(5353, group)
		require.NoError(t, err)
		outsider, err := lan.Node(otherAddr).ListenPacket(5353, noGroup)
		require.NoError(t, err)
		from, err := lan.Node(moduleAddr).ListenPacket(0, noGroup)
		require.NoError(t, err)
		_, err = from.WriteToUDPAddrPort([]byte("members"), netip.AddrPortFrom(group, 5353))
		require.NoError(t, err)
		_, err = from.WriteToUDPAddrPort([]byte("all"), netip.AddrPortFrom(broadcast, 5353))
		require.NoError(t, err)
		b := make([]byte, 10)
		for _, c := range []struct {
			conn PacketConn
			want string
		}{{member, "members"}, {member, "all"}, {outsider, "all"}} {
			n, source, err := c.conn.ReadFromUDPAddrPort(b)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(b[:n]))
			assert.Equal(t, moduleAddr, source.Addr())
		}
	})
}
