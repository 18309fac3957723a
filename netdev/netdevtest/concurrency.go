package netdevtest

import (
	"bytes"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
)

var concurrencyTests = []test{
	{"ManyEchoes", testManyEchoes},
	{"OpenedAndClosedAllTheTime", testChurn},
	{"RecvDoesNotKeepSendWaiting", testFullDuplex},
	{"CloseByEverybody", testCloseByEverybody},
}

// echoes sends bytes to an echo server and compares what comes back.
func echoes(t *testing.T, dev netdev.Netdever, to netip.AddrPort, size int) bool {
	fd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	if !assert.NoError(t, err) {
		return false
	}
	defer func() { assert.NoError(t, dev.Close(fd)) }()
	if !assert.NoError(t, dev.Connect(fd, "", to)) {
		return false
	}
	msg, got, buf := pattern(size), []byte(nil), make([]byte, 3000)
	sending := later(func() error {
		_, err := dev.Send(fd, msg, 0, soon())
		return err
	})
	for len(got) < len(msg) {
		n, err := dev.Recv(fd, buf, 0, soon())
		if !assert.NoError(t, err) {
			break
		}
		got = append(got, buf[:n]...)
	}
	return assert.NoError(t, <-sending) && assert.True(t, bytes.Equal(msg, got), "bytes of another connection")
}

// together runs a function in n goroutines and waits for all.
func together(n int, run func()) {
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			run()
		}()
	}
	wg.Wait()
}

func testManyEchoes(t *testing.T, s Setup) {
	to := s.serve(t, echo)
	together(s.Open, func() { echoes(t, s.Device, to, 20_000) })
}

func testChurn(t *testing.T, s Setup) {
	to := s.serve(t, echo)
	together(s.Open, func() {
		for range 5 {
			if !echoes(t, s.Device, to, 100) {
				return
			}
		}
	})
}

func testFullDuplex(t *testing.T, s Setup) {
	fd := s.dial(t, s.serve(t, echo))
	got := make([]byte, 4)
	receiving := later(func() error {
		_, err := s.Device.Recv(fd, got, 0, soon())
		return err
	})
	time.Sleep(aWhile)
	_, err := s.Device.Send(fd, []byte("ping"), 0, soon())
	require.NoError(t, err)
	require.NoError(t, wait(t, receiving))
	assert.Equal(t, "ping", string(got))
}

// One Close wins, and the others find no descriptor.
func testCloseByEverybody(t *testing.T, s Setup) {
	to := s.serve(t, echo)
	for range 10 {
		fd := s.dial(t, to)
		var mu sync.Mutex
		closed := 0
		together(5, func() {
			err := s.Device.Close(fd)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				closed++
				return
			}
			assert.ErrorIs(t, err, netdev.ErrInvalidSocketFd)
		})
		assert.Equal(t, 1, closed)
	}
}
