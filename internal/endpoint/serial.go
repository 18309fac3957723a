package endpoint

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"

	"go.bug.st/serial"
)

// serialWindow is how many bytes a board may have to keep: TinyGo's USB serial
// ports held 128 before they held 512, and lose what is more.
const serialWindow = 120

// A port is a serial port whose Close ends a Write at work: the system itself
// waits for a board that takes nothing, for ever.
type port struct {
	serial.Port
	todo   chan []byte
	did    chan written
	closed chan struct{}
	stuck  sync.Mutex // held while the system has a Write
	once   sync.Once
	err    error // of Close
}

type written struct {
	n   int
	err error
}

func openSerial(a address) (*port, error) {
	s, err := serial.Open(a.name, &serial.Mode{BaudRate: a.baud})
	if err == nil {
		err = s.ResetInputBuffer() // what was meant for somebody before
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.name, err)
	}
	p := &port{Port: s, todo: make(chan []byte), did: make(chan written), closed: make(chan struct{})}
	go p.writer()
	return p, nil
}

// Window tells how many bytes may be on the way without an answer.
func (p *port) Window() int { return serialWindow }

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

// writeAll goes on where the system has taken a part.
func (p *port) writeAll(b []byte) (w written) {
	p.stuck.Lock()
	defer p.stuck.Unlock()
	for w.n < len(b) && w.err == nil {
		var n int
		n, w.err = p.Port.Write(b[w.n:])
		if w.n += n; n == 0 && w.err == nil {
			w.err = io.ErrShortWrite
		}
	}
	return w
}

// Close closes the port. What the board has not taken is thrown away if a Write
// is stuck in it.
func (p *port) Close() error {
	p.once.Do(func() {
		close(p.closed)
		if p.stuck.TryLock() {
			p.stuck.Unlock()
		} else {
			_ = p.ResetOutputBuffer() // it helps or not; Close tells
		}
		p.err = p.Port.Close()
	})
	return p.err
}
