//go:build unix

package endpoint

import (
	"os"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.bug.st/serial"

	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus/link"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// pseudo returns a port that is open, and the board's end of it.
func pseudo(t *testing.T) (*port, *os.File) {
	board, tty, err := pty.Open()
	require.NoError(t, err)
	defer tty.Close()
	p, err := Open(t.Context(), "serial://"+tty.Name()+"?baud=115200")
	require.NoError(t, err)
	t.Cleanup(func() {
		p.Close()
		board.Close()
	})
	return p.(*port), board
}

// The driver on an emulator at the other end of a serial port. No more is on
// the way than a board can keep.
func TestTheDriverRunsOverASerialPort(t *testing.T) {
	p, board := pseudo(t)
	chip := emulator.New(emulator.Config{})
	defer chip.Close()
	served := make(chan error, 1)
	go func() { served <- link.Serve(&small{board, t}, chip, "a board") }()
	c := link.NewClient(p)
	text, err := c.Ident()
	require.NoError(t, err)
	assert.Equal(t, "a board", text)
	d := wifinina.New(&wifinina.Config{Bus: c, BootTime: 5 * time.Millisecond})
	require.NoError(t, d.Start())
	family, version := d.Firmware()
	assert.Equal(t, wire.Arduino, family)
	assert.Equal(t, "2.0.0", version.String())
	nets, err := d.Scan()
	require.NoError(t, err)
	assert.Len(t, nets, 1)
	require.NoError(t, c.Tx(make([]byte, 1000), nil))
	require.NoError(t, c.Close())
	assert.NoError(t, <-served, "it was told goodbye")
}

// A small end reads as much as there is, which must not be more than a board
// can keep.
type small struct {
	*os.File
	t *testing.T
}

func (s *small) Read(p []byte) (int, error) {
	n, err := s.File.Read(p)
	assert.LessOrEqual(s.t, n, 128)
	return n, err
}

func TestBytesOfAllValuesPass(t *testing.T) {
	p, board := pseudo(t)
	var sent, got [256]byte
	for i := range sent {
		sent[i] = byte(i)
	}
	for _, c := range []struct {
		name     string
		from, to interface {
			Read([]byte) (int, error)
			Write([]byte) (int, error)
		}
	}{{"to the board", p, board}, {"from the board", board, p}} {
		_, err := c.from.Write(sent[:])
		require.NoError(t, err, c.name)
		for n := 0; n < len(got); {
			k, err := c.to.Read(got[n:])
			require.NoError(t, err, c.name)
			n += k
		}
		assert.Equal(t, sent, got, c.name)
	}
}

func TestCloseEndsAReadAndAWriteAtWork(t *testing.T) {
	p, board := pseudo(t)
	ended := make(chan error, 2)
	go func() {
		_, err := p.Read(make([]byte, 1))
		ended <- err
	}()
	go func() {
		_, err := p.Write(make([]byte, 1<<20)) // which nobody reads
		ended <- err
	}()
	time.Sleep(50 * time.Millisecond)
	if err := p.Close(); err != nil { // a pseudo terminal throws nothing away
		assert.Equal(t, errStuck, err)
	}
	for range 2 {
		select {
		case err := <-ended:
			assert.Error(t, err)
		case <-time.After(5 * time.Second):
			t.Fatal("stuck")
		}
	}
	_, err := p.Write([]byte("x"))
	assert.ErrorIs(t, err, os.ErrClosed)
	require.NoError(t, board.Close())
	<-p.gone
	assert.NoError(t, p.Close(), "in the end it is closed")
}

func TestWhatIsNoSerialPortIsRefused(t *testing.T) {
	name := t.TempDir() + "/file"
	require.NoError(t, os.WriteFile(name, nil, 0o600))
	_, err := Open(t.Context(), name)
	var e *serial.PortError
	assert.ErrorAs(t, err, &e)
}
