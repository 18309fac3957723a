package emulator

import "github.com/ninatrace/ninatrace/wifinina/wire"

// claim readies a slot for what is to be started in it: a reservation has
// served its purpose, and what was there is closed, unless the firmware forgets
// to.
func (s *slot) claim(f *firmware) {
	if !f.quirk(LeakyStart) {
		s.vacate(f)
		s.release()
	}
	if s.kind == reserved {
		s.kind = free
	}
}

// notConnected answers a START_CLIENT_TCP that failed.
func (f *firmware) notConnected() {
	if f.quirk(EmptyFailure) {
		f.answer()
		return
	}
	f.answer(wire.Flag(false))
}

// connectLater connects a slot while the host goes on, which no genuine
// firmware does. The slot belongs to the connection to be until it is stopped.
func (f *firmware) connectLater(t target) {
	s := t.slot
	s.kind, s.client, s.dialling = tcpSlot, nil, &t
	f.e.tasks.Add(1)
	go func() {
		defer f.e.tasks.Done()
		if f.connect(t, func() bool { return s.dialling == &t }) {
			return
		}
		f.e.mu.Lock()
		defer f.e.mu.Unlock()
		if s.dialling == &t {
			s.release()
		}
	}()
	f.answer(wire.Flag(true))
}
