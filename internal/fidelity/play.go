package fidelity

import (
	"net/netip"
	"strings"
	"testing/synctest"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// patience is how long the player waits for READY: longer than any command
// takes.
const patience = 10 * time.Minute

// A player is the host of a recording, and the world around the module.
type player struct {
	plan  *plan
	net   *network
	chip  *emulator.Emulator
	scan  int // the scan whose air it is
	began time.Time
	stuck bool // READY did not fall: there is no firmware any more
}

// Play plays the host's side of a recording into an emulator and returns how
// its replies compare. It must be called inside a bubble of testing/synctest;
// the time of the recording passes there.
func Play(r *Recording) Result { return play(r, nil) }

// play is Play with another emulator than the recording asks for, if alter is
// not nil.
func play(r *Recording, alter func(*emulator.Config)) Result {
	xs := exchanges(r)
	p := &player{plan: infer(r, xs), began: time.Now()}
	result := Result{Name: r.Name}
	cfg := p.plan.cfg
	p.net = newNetwork()
	if p.plan.secure {
		p.net.tls, cfg.Roots = issue(p.plan.names)
	}
	cfg.Network = p.net
	cfg.AccessPoints = p.plan.air.points(0)
	if alter != nil {
		alter(&cfg)
	}
	p.chip = emulator.New(cfg)
	defer p.net.close()
	defer p.chip.Close()
	played := 0
	for _, x := range xs {
		p.windows(r.Steps[played:x.command])
		got, answered := p.exchange(r, x)
		played = max(x.command, x.reply) + 1
		if !x.reset {
			result.take(r, x, p.plan, got, answered)
		}
	}
	result.Misuses = p.chip.Misuses()
	return result
}

// windows goes through those that are no exchange: without clocks. One for
// which nothing was armed did nothing.
func (p *player) windows(steps []Step) {
	for _, s := range steps {
		if !s.Unarmed {
			p.window(s)
		}
	}
}

// exchange lets happen what happens before, sends the command and reads the
// reply, if the recorded host did. It also reports whether a reply was armed.
func (p *player) exchange(r *Recording, x *exchange) (got []byte, answered bool) {
	s := r.Steps[x.command]
	p.until(s.At)
	if x.reset {
		p.edge(s)
		return nil, false
	}
	for _, ev := range p.plan.events[x.n] {
		ev.do(p)
		synctest.Wait()
	}
	p.net.change(func() { p.net.at = p.plan.far[x.n] })
	p.window(s)
	synctest.Wait()
	if x.reply < 0 {
		_, err := p.chip.WaitReady(bus.Armed, patience)
		return nil, err == nil
	}
	return p.window(r.Steps[x.reply])
}

// until lets time pass up to a moment of the recording.
func (p *player) until(at time.Duration) {
	time.Sleep(at - time.Since(p.began))
	synctest.Wait()
}

// edge drives RESETN, and GPIO0 as long as the chip boots.
func (p *player) edge(s Step) {
	p.stuck = false
	p.chip.DriveGPIO0(bus.Low)
	if s.Strap {
		p.chip.DriveGPIO0(bus.High)
	}
	p.chip.Reset(!s.Released)
	p.chip.DriveGPIO0(bus.Released)
}

// window goes through one select and returns what was read. Once READY has not
// fallen in time it is not waited for any more.
func (p *player) window(s Step) (miso []byte, armed bool) {
	p.until(s.At)
	if !p.stuck {
		_, err := p.chip.WaitReady(bus.Armed, patience)
		p.stuck = err != nil
	}
	p.chip.Select()
	miso = make([]byte, len(s.MOSI))
	p.chip.Tx(s.MOSI, miso)
	p.chip.Deselect()
	return miso, !p.stuck
}

// surround makes the air that of a scan.
func (p *player) surround(scan int) {
	p.scan = scan
	p.chip.SetAccessPoints(p.plan.air.points(scan)...)
}

// joins lets a join end without the network, or with its passphrase another.
func (p *player) joins(c credentials, there bool) {
	points := p.plan.air.points(p.scan)
	known := false
	for _, ap := range points {
		known = known || ap.SSID == c.ssid && ap.Passphrase != c.key
	}
	if !there || !known {
		p.chip.SetAccessPoints(without(points, c.ssid, there)...)
	}
	p.chip.RestoreLink()
	p.surround(p.scan)
}

// answersPing makes a host answer after so many milliseconds, or not at all if
// that is negative.
func (p *player) answersPing(to netip.Addr, ms int16) {
	delete(p.plan.cfg.Pings, to)
	if ms >= 0 {
		p.plan.cfg.Pings[to] = time.Duration(ms) * time.Millisecond
	}
}

func lower(host string) string { return strings.ToLower(host) }
