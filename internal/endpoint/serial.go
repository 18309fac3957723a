package endpoint

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"go.bug.st/serial"
)

// serialWindow is how many bytes a board may have to keep: TinyGo's USB serial
// ports held 128 before they held 512, and lose what is more.
const serialWindow = 120

// readSlice is how long the system is asked to wait for a byte in one go.
const readSlice = 50 * time.Millisecond

// A port is a serial port whose Close ends a Write at work: the system itself
// waits for a board that takes nothing, for ever. The goroutine that writes
// closes the port as well, and not while somebody reads: a handle that is
// closed under a Read or a Write may by then be that of another file.
type port struct {
	serial.Port
	reads  sync.RWMutex // held by each Read, and to close the port
	todo   chan []byte
	did    chan written
	once   sync.Once
	closed chan struct{} // Close was called
	gone   chan struct{} // the system has closed the port
	err    error         // with which, to be read when it has
}

type written struct {
	n   int
	err error
}

func openSerial(a address) (*port, error) {
	s, err := serial.Open(a.name, &serial.Mode{BaudRate: a.baud})
	if err == nil {
		err = errors.Join(s.SetReadTimeout(readSlice), s.ResetInputBuffer()) // which holds what was meant for somebody before
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.name, err)
	}
	p := &port{
		Port: s,
		todo: make(chan []byte), did: make(chan written),
		closed: make(chan struct{}), gone: make(chan struct{}),
	}
	go p.writer()
	return p, nil
}

// Window tells how many bytes may be on the way without an answer.
func (p *port) Window() int { return serialWindow }

// Read waits in slices, so that it sees a Close.
func (p *port) Read(b []byte) (int, error) {
	for {
		n, err := p.readOnce(b)
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (p *port) readOnce(b []byte) (int, error) {
	p.reads.RLock()
	defer p.reads.RUnlock()
	if p.isClosed() {
		return 0, os.ErrClosed
	}
	return p.Port.Read(b)
}

// Write hands b to the goroutine that may get stuck in the system.
func (p *port) Write(b []byte) (int, error) {
	select {
	case p.todo <- bytes.Clone(b):
	case <-p.closed:
		return 0, os.ErrClosed
	}
	select {
	case w := <-p.did:
		return w.n, w.err
	case <-p.closed:
		return 0, os.ErrClosed
	}
}

func (p *port) writer() {
	defer func() {
		p.reads.Lock()
		p.err = p.Port.Close()
		p.reads.Unlock()
		close(p.gone)
	}()
	for {
		select {
		case b := <-p.todo:
			w := p.writeAll(b)
			select {
			case p.did <- w:
			case <-p.closed:
				return
			}
		case <-p.closed:
			return
		}
	}
}

// writeAll writes in small pieces, so that one that is stuck is done when the
// system has thrown away what it has.
func (p *port) writeAll(b []byte) (w written) {
	for w.n < len(b) && w.err == nil && !p.isClosed() {
		var n int
		n, w.err = p.Port.Write(b[w.n:min(len(b), w.n+serialWindow)])
		if w.n += n; n == 0 && w.err == nil {
			w.err = io.ErrShortWrite
		}
	}
	return w
}

func (p *port) isClosed() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

// A Write gets closeTries times closePause to end by itself or by its bytes
// being thrown away.
const (
	closePause = 20 * time.Millisecond
	closeTries = 20
)

// errStuck is returned by a Close that leaves a Write in the system.
var errStuck = errors.New("the system still waits for the board to take what was written")

// Close ends a Read and a Write, and closes the port. What the board has not
// taken after a moment is thrown away. Where even that does not end a Write, the
// port stays taken until the board reads or is unplugged.
func (p *port) Close() error {
	p.once.Do(func() { close(p.closed) })
	for range closeTries {
		select {
		case <-p.gone:
			return p.err
		case <-time.After(closePause):
			p.discard()
		}
	}
	return errStuck
}

// discard throws away what is written and not sent, where the system does that.
func (p *port) discard() {
	if p.reads.TryRLock() { // else it is being closed
		defer p.reads.RUnlock()
		select {
		case <-p.gone:
		default:
			_ = p.ResetOutputBuffer()
		}
	}
}
