//go:build !tinygo

package netdev

import (
	"net"
	"sync"
	"time"
)

// A gate keeps calls away from a descriptor that was closed, because its number
// may be another socket's by then. Any goroutine may use it.
type gate struct {
	mu     sync.Mutex
	inside int
	isShut bool
	shut   chan struct{} // closed when nobody gets in any more
	empty  chan struct{} // closed when the last call has left, too
}

func newGate() *gate { return &gate{shut: make(chan struct{}), empty: make(chan struct{})} }

// enter lets a call in, or returns net.ErrClosed. Who is in must leave.
func (g *gate) enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.isShut {
		return net.ErrClosed
	}
	g.inside++
	return nil
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.isShut && g.inside == 0 {
		close(g.empty)
	}
}

// err returns net.ErrClosed when the gate is shut.
func (g *gate) err() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.isShut {
		return net.ErrClosed
	}
	return nil
}

// close lets nobody in from then on and waits until everybody is out, but not
// longer than a slice: who is in for longer is blocked inside the device, which
// is for Netdever.Close to end. It returns net.ErrClosed the second time.
func (g *gate) close() error {
	if err := g.lock(); err != nil {
		return err
	}
	t := time.NewTimer(slice)
	defer t.Stop()
	select {
	case <-g.empty:
	case <-t.C:
	}
	return nil
}

func (g *gate) lock() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.isShut {
		return net.ErrClosed
	}
	g.isShut = true
	close(g.shut)
	if g.inside == 0 {
		close(g.empty)
	}
	return nil
}
