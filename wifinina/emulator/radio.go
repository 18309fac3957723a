package emulator

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A radio is the WiFi side of the firmware: nina-fw's WiFiClass and the driver
// below it. What time brings happens when somebody looks.
type radio struct {
	status wire.Status
	reason wire.Reason
	linked bool        // the station is associated
	softAP bool        // the interface in use is that of the soft-AP
	record AccessPoint // what the firmware remembers of the access point

	ip, mask, gateway netip.Addr
	dns               [2]netip.Addr
	static            bool // SET_IP_CONFIG has been used
	hostname          string
	synced            time.Time // when SNTP has set the clock; zero: never

	wanted   credentials // what the station was last told to join
	joinedAt time.Time   // when a join in progress ends; zero: there is none
	ipLostAt time.Time   // when the address has outlived its link; zero: never
	scanned  []AccessPoint

	enterprise entIdentity
}

// credentials name a network and what it takes to join it.
type credentials struct {
	ssid, key string
	user      string // of WPA2 enterprise
}

// up reports whether packets can be sent.
func (r *radio) up() bool { return r.linked && r.ip.IsValid() || r.apUp() }

// apUp reports whether the soft-AP runs.
func (r *radio) apUp() bool {
	return r.softAP && (r.status == wire.StatusAPListening || r.status == wire.StatusAPConnected)
}

// settle lets happen what should have happened by now.
func (r *radio) settle(f *firmware) {
	if expired(&r.joinedAt, f.now) {
		r.associate(f)
	}
	if expired(&r.ipLostAt, f.now) {
		r.clearAddresses()
		r.status = wire.StatusConnectionLost
	}
}

// expired reports whether the time t is set and has come, and clears it then.
func expired(t *time.Time, now time.Time) bool {
	if t.IsZero() || now.Before(*t) {
		return false
	}
	*t = time.Time{}
	return true
}

func (r *radio) clearAddresses() {
	r.ip, r.mask, r.gateway = netip.Addr{}, netip.Addr{}, netip.Addr{}
	r.dns = [2]netip.Addr{}
}

// join starts to associate with the strongest access point of that name.
func (r *radio) join(f *firmware, want credentials) {
	r.leave(f)
	r.softAP = false
	if e := r.enterprise; e.enabled {
		want.user, want.key = e.user, e.password
	}
	r.wanted = want
	if n := len(want.key); want.user == "" && n > 0 && n < minWEPKey {
		r.status = wire.StatusConnectFailed
		return
	}
	r.status = wire.StatusIdle
	if f.quirk(JoiningIsNoSSID) {
		r.status = wire.StatusNoSSIDAvail
	}
	r.try(f)
}

// try lets a join end after the time it takes.
func (r *radio) try(f *firmware) { r.joinedAt = f.now.Add(f.e.cfg.JoinTime) }

// lostIPTime is how long an address outlives its link (nina-observed
// "Behaviour").
const lostIPTime = 120 * time.Second

// minWEPKey is the length of the shortest key the driver takes for one.
const minWEPKey = 5

// leave stops the interface, which ends a link like any other disconnect.
func (r *radio) leave(f *firmware) {
	if r.linked || !r.joinedAt.IsZero() {
		r.joinedAt = time.Time{}
		r.disconnected(f, wire.ReasonAssocLeave)
	}
	if r.softAP {
		r.status, r.record = wire.StatusIdle, AccessPoint{}
		r.clearAddresses()
	}
}

// associate ends a join.
func (r *radio) associate(f *firmware) {
	ap, ok := f.e.strongest(r.wanted.ssid, f.now)
	switch {
	case !ok:
		r.disconnected(f, wire.ReasonNoAPFound)
	case !ap.admits(r.wanted):
		r.disconnected(f, f.e.cfg.AuthFailure)
	default:
		r.connected(f, ap)
	}
}

func (e *Emulator) strongest(ssid string, now time.Time) (best AccessPoint, ok bool) {
	for _, ap := range e.inReach(now) {
		if ap.SSID == ssid && (!ok || ap.RSSI > best.RSSI) {
			best, ok = ap, true
		}
	}
	return best, ok
}

// connected is the event of a link with an address on it.
func (r *radio) connected(f *firmware, ap AccessPoint) {
	r.linked, r.record = true, ap
	if !f.quirk(StaleReason) {
		r.reason = wire.ReasonNone
	}
	r.status = wire.StatusConnected
	if r.synced.IsZero() {
		r.synced = f.now.Add(f.e.cfg.SyncTime)
	}
	r.ipLostAt = time.Time{}
	if !r.static {
		l := f.e.cfg.Lease
		r.ip, r.mask, r.gateway = l.IP, l.Mask, l.Gateway
		r.dns = [2]netip.Addr{l.DNS}
	}
}

// disconnected is the event of a lost link or a failed join (nina-fw WiFi.cpp
// handleSystemEvent).
func (r *radio) disconnected(f *firmware, reason wire.Reason) {
	had := r.linked
	r.linked, r.reason, r.record = false, reason, AccessPoint{}
	switch {
	case reason == wire.ReasonNoAPFound || reason == wire.ReasonAuthFail:
		r.status = wire.StatusConnectFailed
	case reason == wire.ReasonAssocFail && f.quirk(SilentRetry):
		r.try(f)
		return
	default:
		r.status = wire.StatusDisconnected
		if f.quirk(LossCloses) {
			f.closeConnected()
		}
	}
	if had && !r.static {
		r.loseAddress(f)
	}
	r.aftermath(f)
}

// loseAddress lets the address go with the link, or some time later.
func (r *radio) loseAddress(f *firmware) {
	if !f.quirk(LingeringAddress) {
		r.clearAddresses()
		return
	}
	r.ipLostAt = f.now.Add(lostIPTime)
}

// aftermath is what arduino-esp32 does after a disconnect that Arduino's
// firmware does not: it tries again unless the host has left, or was not let
// in (STA.cpp _onStaArduinoEvent).
func (r *radio) aftermath(f *firmware) {
	if f.quirk(FailureCloses) {
		f.closeConnected()
	}
	if f.quirk(Reconnects) && r.reason != wire.ReasonAssocLeave && r.reason != wire.ReasonAuthFail {
		r.try(f)
	}
}

// closeConnected closes every socket with a local address: connections, but
// neither listeners nor UDP sockets. The slots do not notice, descriptors are
// free again (reference
// §4.0.5).
func (f *firmware) closeConnected() {
	for l := range f.live {
		if s, ok := l.(*stream); ok {
			s.abort()
		}
	}
	for _, s := range f.sockets {
		if s != nil && (s.stream != nil || s.phase == connecting) {
			s.close()
		}
	}
}
