package emulator

import (
	"net/netip"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// afflict lets a condition of the world around begin or end.
func (e *Emulator) afflict(f Fault, at time.Time) bool {
	switch f.Kind {
	case LoseAP:
		return e.loseAP(f.SSID, f.lasting(at), at)
	case FailScans:
		e.scans = f.lasting(at)
		return true
	}
	return e.cutPath(f, at)
}

// loseAP takes the networks of a name out of reach, or puts them back. It
// reports whether there are any.
func (e *Emulator) loseAP(ssid string, c condition, at time.Time) bool {
	switch {
	case !c.on && ssid == "":
		clear(e.lost)
	case e.lost == nil:
		e.lost = map[string]condition{ssid: c}
	default:
		e.lost[ssid] = c
	}
	e.missBeacons(at)
	return slices.ContainsFunc(e.air, func(ap AccessPoint) bool { return ssid == "" || ap.SSID == ssid })
}

// inReach returns the access points a station could hear at a time.
func (e *Emulator) inReach(now time.Time) []AccessPoint {
	if len(e.lost) == 0 {
		return e.air
	}
	return slices.DeleteFunc(slices.Clone(e.air), func(ap AccessPoint) bool {
		return e.lost[""].lasts(now) || e.lost[ap.SSID].lasts(now)
	})
}

// missBeacons ends the link to an access point that is no longer there.
func (e *Emulator) missBeacons(now time.Time) {
	if e.fw == nil || !e.fw.radio.linked {
		return
	}
	r := &e.fw.radio
	heard := func(ap AccessPoint) bool { return ap.BSSID == r.record.BSSID }
	if !slices.ContainsFunc(e.inReach(now), heard) {
		r.disconnected(e.fw, wire.ReasonBeaconTimeout)
	}
}

// replaceAir makes aps what is in reach, and tells the names that come and go.
func (e *Emulator) replaceAir(aps []AccessPoint, now time.Time) {
	before := e.inReach(now)
	e.air, e.lost = aps, nil
	e.missBeacons(now)
	e.tellMissing(before, aps, 0, now)
	e.tellMissing(aps, before, -1, now)
}

// tellMissing tells the names of some networks that are not among others.
func (e *Emulator) tellMissing(some, others []AccessPoint, lasts time.Duration, now time.Time) {
	told := map[string]bool{}
	for _, ap := range others {
		told[ap.SSID] = true
	}
	for _, ap := range some {
		if !told[ap.SSID] {
			told[ap.SSID] = true
			e.tell(Fault{Kind: LoseAP, SSID: ap.SSID, For: lasts}, 0, now, false)
		}
	}
}

// A breakable network can lose paths; [*Node] is one.
type breakable interface {
	// setReach changes what becomes of packets to and from addr; the zero
	// Addr is the module's own.
	setReach(addr netip.Addr, r Reach)
}

// cutPath breaks or mends a path of the network. The network knows no Clock, so
// the end of it is a fault of its own.
func (e *Emulator) cutPath(f Fault, at time.Time) bool {
	n, ok := e.cfg.Network.(breakable)
	if !ok {
		return false
	}
	e.faults = slices.DeleteFunc(e.faults, func(p waitingFault) bool { return p.ends && p.Addr == f.Addr })
	reach := Unreachable
	switch {
	case f.For < 0:
		reach = Reachable
	case f.Kind == Silence:
		reach = BlackHole
	}
	n.setReach(f.Addr, reach)
	if f.For > 0 {
		end := waitingFault{Fault: Fault{Kind: f.Kind, Addr: f.Addr, For: -1}, left: 1, ends: true}
		end.sleep(at.Add(f.For))
		e.faults = append(e.faults, end)
	}
	return true
}

var _ breakable = (*Node)(nil)

func (n *Node) setReach(addr netip.Addr, r Reach) {
	if !addr.IsValid() {
		addr = n.addr
	}
	n.net.SetReach(addr, r)
}
