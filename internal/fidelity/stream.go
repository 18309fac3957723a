package fidelity

// What follows are the bytes of connections. The host learns of data when it
// asks, so as many as a reply shows have come right before the command.

// maxUnread is more than the module can hold of a connection.
const maxUnread = 1 << 16

// comes makes the far end send so much that n bytes are unread.
func (in *inference) comes(f *farEnd, n int) {
	missing := f.read + min(n, maxUnread) - f.have
	if f.over || missing <= 0 {
		return
	}
	f.have += missing
	if len(f.data) < f.have {
		f.data = append(f.data, make([]byte, f.have-len(f.data))...)
	}
	in.then(func(*player) { f.send(missing) }, "%d bytes come", missing)
}

// takes notes that the host has read p.
func (in *inference) takes(f *farEnd, p []byte) {
	in.comes(f, len(p))
	in.sees(f, p)
	f.read = min(f.read+len(p), len(f.data))
}

// sees notes that p is what comes next.
func (in *inference) sees(f *farEnd, p []byte) {
	if f.read < len(f.data) {
		copy(f.data[f.read:], p)
	}
}

// ends makes the far end close the connection.
func (in *inference) ends(f *farEnd) {
	if !f.over {
		f.over = true
		in.then(func(*player) { f.finish() }, "the peer closes")
	}
}

// breaks makes the far end reset the connection.
func (in *inference) breaks(f *farEnd) {
	if !f.over {
		f.over = true
		in.then(func(*player) { f.abort() }, "the peer resets")
	}
}

// arrives makes a datagram arrive. Who sent it may turn out later.
func (in *inference) arrives(f *farEnd, data []byte) *datagram {
	d := &datagram{from: f.dest, data: data}
	if !d.from.IsValid() {
		d.from = moduleAddr
	}
	in.then(func(*player) { f.post(d) }, "a datagram of %d bytes comes", len(data))
	return d
}
