//go:build !tinygo

package link

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A Module is a coprocessor that can be switched off. Close ends a call of the
// Bus that is at work; it may be called by any goroutine, and again.
// *emulator.Emulator is one.
type Module interface {
	bus.Bus
	io.Closer
}

// DefaultLimit is how many connections a [Server] has at a time by default.
const DefaultLimit = 16

// A Server gives each connection a module of its own: powered on when the
// connection opens, gone with its sockets when it closes. The fields are only
// read; Serve may be called for several listeners.
type Server struct {
	// PowerOn returns the module of a new connection, which is closed at the
	// end of it. ctx ends with Serve. An error closes the connection.
	PowerOn func(ctx context.Context) (Module, error)
	// Ident is what hosts are told they talk to.
	Ident string
	// Limit is how many connections there may be on one listener at a time;
	// one more is closed at once, with ErrTooMany. Zero: DefaultLimit.
	Limit int
	// Ended, if it is not nil, is told of each connection that has ended, by
	// several goroutines. A nil err: the host said goodbye or hung up, or
	// Serve ended.
	Ended func(host net.Addr, err error)
}

// Serve accepts connections until ctx is done, and then returns nil, or until l
// fails. In the end it closes l and all connections, and returns when their
// modules are closed.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	context.AfterFunc(ctx, func() { l.Close() })
	limit := s.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	free := make(chan struct{}, limit)
	for {
		conn, err := l.Accept()
		switch {
		case err != nil && ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		select {
		case free <- struct{}{}:
			all.Go(func() {
				s.tell(conn, s.serve(ctx, conn))
				<-free
			})
		default:
			conn.Close()
			s.tell(conn, ErrTooMany)
		}
	}
}

// serve is one connection.
func (s *Server) serve(ctx context.Context, conn net.Conn) error {
	defer conn.Close()
	prompt(conn)
	m, err := s.PowerOn(ctx)
	if err != nil {
		return err
	}
	defer m.Close()
	defer context.AfterFunc(ctx, func() {
		conn.Close()
		m.Close()
	})()
	err = Serve(conn, m, s.Ident)
	if ctx.Err() != nil || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (s *Server) tell(conn net.Conn, err error) {
	if s.Ended != nil {
		s.Ended(conn.RemoteAddr(), err)
	}
}
