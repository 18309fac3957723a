package emulator

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// TestBSDInABubble: what blocks does so on channels, conditions and timers
// alone, so that fake time goes on, and nothing outlives Close.
func TestBSDInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := pipeNetwork{peers: make(chan net.Conn, 1)}
		h := bsdHost(t, Config{Network: network})
		h.openFD(wire.SockStream, fd0)
		h.expect(connectFD(fd0, 80), connectOK)
		peer := <-network.peers
		h.expect(setOptFD(fd0, wire.SORecvTimeout, "0500000000000000"), "e0fd010101ee")
		start := time.Now()
		h.fails(recvFD(fd0, 10), noRecv, wire.EAGAIN)
		assert.Equal(t, 5*time.Second, time.Since(start))
		time.AfterFunc(time.Second, func() { peer.Write([]byte("late")) })
		h.expect(recvFD(fd0, 10), recvIs("late"))
		assert.Equal(t, 6*time.Second, time.Since(start))
		h.write(recvFD(fd0, 10)) // Close ends it
	})
}
