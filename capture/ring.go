package capture

import "sync"

// A Ring is a [Line] in memory before a port that nobody waits for: a UART with
// a small buffer. It hands on what the port takes whenever it is used; call
// Drain where the program idles. Text that the program prints may go through it
// too. Several goroutines may use it.
type Ring struct {
	mu   sync.Mutex
	buf  []byte
	from int // the oldest byte
	n    int
	port func(p []byte) int
}

// NewRing returns a Ring that keeps bytes in buf. port sends the beginning of p,
// as much as it can without waiting, and returns how much that was.
func NewRing(buf []byte, port func(p []byte) int) *Ring { return &Ring{buf: buf, port: port} }

// Free implements [Line].
func (r *Ring) Free() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drain()
	return len(r.buf) - r.n
}

// Write takes p whole, or nothing of it: ErrFull.
func (r *Ring) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drain()
	if len(p) > len(r.buf)-r.n {
		return 0, ErrFull
	}
	to := (r.from + r.n) % len(r.buf)
	k := copy(r.buf[to:], p)
	copy(r.buf, p[k:])
	r.n += len(p)
	r.drain()
	return len(p), nil
}

// Drain hands on what the port takes and returns how many bytes are left.
func (r *Ring) Drain() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drain()
	return r.n
}

func (r *Ring) drain() {
	for r.n > 0 {
		p := r.buf[r.from:min(r.from+r.n, len(r.buf))]
		k := min(max(r.port(p), 0), len(p))
		r.from = (r.from + k) % len(r.buf)
		r.n -= k
		if k < len(p) {
			return
		}
	}
}

var _ Line = (*Ring)(nil)
