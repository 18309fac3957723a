package wifinina

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func TestT01ShortWritesAreContinued(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		const most = 100
		l.bus.Inject(emulator.Fault{Kind: emulator.RefuseSends, N: most})
		got := make(chan []byte, 1)
		fd := dial(l.T, l.d, l.serve(func(c net.Conn) { b, _ := io.ReadAll(c); got <- b }))
		data := pattern(5000)
		n, err := l.d.Send(fd, data, 0, soon())
		require.NoError(l, err)
		assert.Equal(l, len(data), n)
		assert.Equal(l, len(data)/most, l.bus.requests[l.send], "all of them were short")
		require.NoError(l, l.d.Close(fd))
		assert.Equal(l, data, <-got)
	})
}

// A send that takes nothing means a full buffer, which is neither an end nor a
// loss.
func TestT02AFullSendBufferIsNoEOF(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		read, got := make(chan struct{}), make(chan int, 1)
		fd := dial(l.T, l.d, l.serve(func(c net.Conn) {
			<-read
			n, _ := io.Copy(io.Discard, c)
			got <- int(n)
		}))
		n, err := l.d.Send(fd, make([]byte, 20000), 0, time.Now().Add(50*time.Millisecond))
		assert.ErrorIs(l, err, netdev.ErrTimeout)
		assert.Greater(l, n, window)
		assert.Less(l, n, 20000)
		close(read)
		rest, err := l.d.Send(fd, make([]byte, 20000-n), 0, soon())
		require.NoError(l, err)
		require.NoError(l, l.d.Close(fd))
		assert.Equal(l, n+rest, <-got, "what was accepted arrives")
	})
}

// The stock driver gives up after 25 tries in 2.5 seconds.
func TestReadSendOutlastsAFullBuffer(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		got := make(chan []byte, 1)
		fd := dial(l.T, l.d, l.serve(func(c net.Conn) {
			time.Sleep(time.Minute)
			b, _ := io.ReadAll(c)
			got <- b
		}))
		data := pattern(20000)
		n, err := l.d.Send(fd, data, 0, time.Time{})
		require.NoError(l, err)
		assert.Equal(l, len(data), n)
		require.NoError(l, l.d.Close(fd))
		assert.Equal(l, data, <-got)
	})
}

// What went out before the error is told, and DATA_SENT, which always says yes,
// is not asked.
func TestT03ASendThatFailsTellsHowFarItGot(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		l.bus.Inject(emulator.Fault{Kind: emulator.RefuseSends, N: 100})
		got := make(chan int, 1)
		fd := dial(l.T, l.d, l.serve(func(c net.Conn) { n, _ := io.Copy(io.Discard, c); got <- int(n) }))
		l.bus.onTx = func(w, _ []byte) (bool, error) {
			fifth := w != nil && wire.Command(w[1]) == l.send && l.bus.requests[l.send] == 5
			return fifth, when(fifth, bus.ErrLink)
		}
		n, err := l.d.Send(fd, pattern(5000), 0, soon())
		l.bus.heal()
		assert.ErrorIs(l, err, bus.ErrLink)
		assert.Equal(l, 400, n)
		require.NoError(l, l.d.Close(fd))
		require.NoError(l, echoOf(l.d, dial(l.T, l.d, l.serve(echo)), []byte("next")), "and the old one is closed first")
		assert.Equal(l, n, <-got)
		assert.Zero(l, l.bus.requests[wire.DataSentTCP])
	})
}

// Asking for the state of a connection frees its slot.
func TestT08TheLastBytesAreReadBeforeTheEnd(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		to := l.serve(func(c net.Conn) { c.Write([]byte("last words")) })
		for range 20 {
			fd := dial(l.T, l.d, to)
			assert.Equal(l, "last words", string(recvAll(l.T, l.d, fd)))
			require.NoError(l, l.d.Close(fd))
		}
	})
}

// Idle for a while, a call still sees data soon. The slot engine goes by GPIO0
// then, and does not ask for data as long as that is low.
func TestT11DataAreNoticedSoon(t *testing.T) {
	cfg := emulator.Config{Pacing: emulator.Realistic8MHz(), AttentionTick: 10 * time.Millisecond}
	onEngines(t, cfg, func(l *lab) {
		write := make(chan struct{})
		fd := dial(l.T, l.d, l.serve(func(c net.Conn) {
			for range write {
				c.Write([]byte("x"))
			}
		}))
		l.Cleanup(func() { close(write) })
		for i := range 10 {
			began := time.Now()
			time.AfterFunc(time.Second+time.Duration(i)*10*time.Millisecond, func() { write <- struct{}{} })
			asked := l.bus.requests[l.recv]
			n, err := l.d.Recv(fd, make([]byte, 10), 0, soon())
			late := time.Since(began) - time.Second - time.Duration(i)*10*time.Millisecond
			require.NoError(l, err)
			assert.Equal(l, 1, n)
			assert.Less(l, late, 35*time.Millisecond)
			if l.sockets == SlotEngine {
				assert.Less(l, l.bus.requests[l.recv]-asked, 20, "no polling for data")
			}
		}
	})
}

// The stock Accept looks every 100 ms.
func TestT11ConnectionsAreNoticedSoon(t *testing.T) {
	onEngines(t, emulator.Config{AttentionTick: 10 * time.Millisecond}, func(l *lab) {
		lfd := listenOn(l.T, l.d, 80)
		for i := range 10 {
			pause := time.Second + time.Duration(i)*10*time.Millisecond
			began := time.Now()
			time.AfterFunc(pause, func() { l.visit(80) })
			fd, _, err := l.d.Accept(lfd)
			require.NoError(l, err)
			assert.Less(l, time.Since(began)-pause, 35*time.Millisecond)
			require.NoError(l, l.d.Close(fd))
		}
	})
}

func TestT12AnEmptyBufferReturnsAtOnce(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := dial(l.T, l.d, l.serve(echo))
		for _, buf := range [][]byte{nil, {}} {
			n, err := l.d.Recv(fd, buf, 0, time.Time{})
			assert.Zero(l, n)
			assert.NoError(l, err)
			n, err = l.d.Send(fd, buf, 0, time.Time{})
			assert.Zero(l, n)
			assert.NoError(l, err)
		}
	})
}

// Data that are there are given out even if the deadline has passed.
func TestT12DataComeBeforeTheDeadline(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := dial(l.T, l.d, l.serve(func(c net.Conn) { c.Write([]byte("here")); discard(c) }))
		time.Sleep(time.Second)
		buf := make([]byte, 10)
		n, err := l.d.Recv(fd, buf, 0, time.Now().Add(-time.Second))
		require.NoError(l, err)
		assert.Equal(l, "here", string(buf[:n]))
		_, err = l.d.Recv(fd, buf, 0, time.Now().Add(-time.Second))
		assert.ErrorIs(l, err, netdev.ErrTimeout)
	})
}
