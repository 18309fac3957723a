package emulator

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// block carries out a command that may have to wait: it calls try until that
// says anything but EAGAIN, and then answer. A non-blocking socket asks once.
// After the time-out, if there is one, EAGAIN stays. Both are called with the
// lock held.
func (f *firmware) block(s *bsdSocket, timeout time.Duration, try func() wire.Errno, answer func()) func() {
	f.errno = try()
	if f.errno != wire.EAGAIN || !s.blocks() {
		answer()
		return nil
	}
	return func() {
		f.e.mu.Lock()
		defer f.e.mu.Unlock()
		f.await(timeout, func() bool {
			f.errno = s.retry(try)
			return f.errno != wire.EAGAIN
		})
		answer()
	}
}

// blocks reports whether commands on the socket wait.
func (s *bsdSocket) blocks() bool { return !s.nonBlocking && s.f.quirk(BlockingSockets) }

// retry calls try unless the socket was closed meanwhile, which a lost link
// does.
func (s *bsdSocket) retry(try func() wire.Errno) wire.Errno {
	if s.closed {
		return wire.ENOTCONN
	}
	return try()
}

// await waits until done reports true, at most for timeout if that is not
// zero, and at most as long as the firmware lives. The lock is let go while it
// waits. Time is real time, as it is for the network.
func (f *firmware) await(timeout time.Duration, done func() bool) {
	expired := false
	if timeout > 0 {
		timer := time.AfterFunc(timeout, func() {
			f.e.mu.Lock()
			defer f.e.mu.Unlock()
			expired = true
			f.news.Broadcast()
		})
		defer timer.Stop()
	}
	for !f.dead && !done() && !expired {
		f.news.Wait()
	}
}
