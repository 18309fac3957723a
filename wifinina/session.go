package wifinina

import "tinygo.org/x/drivers/netlink"

// A session is the time from one NetConnect or NetDisconnect to the next. What
// works for a session stops when a later one has begun. Zero: for none.
type session uint32

// beginSession starts a session, which ends whatever works for the one before.
func (d *Device) beginSession() session {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.session++
	d.home, d.joined, d.trouble = netlink.ConnectParams{}, false, false
	return d.session
}

// current reports, under mu, whether the session is still the last one.
func (s session) current(d *Device) error {
	if s != 0 && s != d.session {
		return ErrSuperseded
	}
	return nil
}

// lasts is current without the lock.
func (s session) lasts(d *Device) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return s.current(d)
}
