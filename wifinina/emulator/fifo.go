package emulator

// A fifo is a queue of bytes that never holds more than its capacity.
type fifo struct {
	buf  []byte // fixed length: the capacity
	head int    // index of the oldest byte
	n    int    // bytes held
}

func newFifo(capacity int) fifo { return fifo{buf: make([]byte, capacity)} }

func (q *fifo) free() int { return len(q.buf) - q.n }

// write takes as much of p as fits and returns how much that was.
func (q *fifo) write(p []byte) int {
	p = p[:min(len(p), q.free())]
	tail := q.head + q.n
	if tail >= len(q.buf) {
		tail -= len(q.buf)
	}
	k := copy(q.buf[tail:], p)
	copy(q.buf, p[k:])
	q.n += len(p)
	return len(p)
}

// peek copies the oldest bytes into p without taking them.
func (q *fifo) peek(p []byte) int {
	p = p[:min(len(p), q.n)]
	k := copy(p, q.buf[q.head:])
	copy(p[k:], q.buf)
	return len(p)
}

// drop takes the n oldest bytes, at most all.
func (q *fifo) drop(n int) {
	n = min(n, q.n)
	q.head += n
	if q.head >= len(q.buf) {
		q.head -= len(q.buf)
	}
	q.n -= n
}

// read takes the oldest bytes into p.
func (q *fifo) read(p []byte) int {
	n := q.peek(p)
	q.drop(n)
	return n
}
