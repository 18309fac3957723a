package emulator

import (
	"context"
	"sync"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A firmware is one life of the chip, from boot to reset or crash: nothing of
// it survives. All of it is guarded by the lock of its Emulator.
type firmware struct {
	slave
	e    *Emulator
	ctx  context.Context // done when the firmware is dead
	stop context.CancelFunc
	dead bool
	now  time.Time // when the command at work was received
	busy time.Duration
	cmd  wire.Command

	radio     radio
	attention attention
	ailing    ailment
	slots     []slot
	spare     slot                  // stands in for slots that do not exist
	fds       fdTable               // lwIP sockets, by descriptor
	sockets   []*bsdSocket          // those the host has opened itself, by descriptor
	errno     wire.Errno            // how the last command on one of them ended
	news      *sync.Cond            // something a command may wait for has happened
	live      map[endpoint]struct{} // all that must end with the firmware
	resolved  [4]byte               // result of the last REQ_HOST_BY_NAME
	identity  clientIdentity
	pins      [40]pin
	scratch   [bufferSize]byte // for a handler to put an answer together
}

// An endpoint is a socket of the host that belongs to the firmware.
type endpoint interface {
	// abort closes it at once. It is called with the lock held.
	abort()
}

// newFirmware returns one that begins to boot at the time now.
func newFirmware(e *Emulator, now time.Time) *firmware {
	f := &firmware{
		e:        e,
		slots:    make([]slot, e.cfg.Profile.Sockets),
		fds:      make(fdTable, e.cfg.Profile.Sockets),
		sockets:  make([]*bsdSocket, e.cfg.Profile.Sockets),
		news:     sync.NewCond(&e.mu),
		live:     make(map[endpoint]struct{}),
		resolved: noAddress,
	}
	f.ctx, f.stop = context.WithCancel(context.Background())
	for i := range f.slots {
		f.slots[i].kind = free
	}
	f.radio.status = wire.StatusIdle
	f.radio.scanned = make([]AccessPoint, wire.MaxNetworks)
	if f.quirk(StaleReason) {
		f.radio.reason = wire.ReasonUnspecified
	}
	if f.quirk(StaleLookup) {
		f.resolved = [4]byte{}
	}
	f.ready.set(bus.Busy)
	f.arm(now, e.cfg.BootTime)
	if f.quirk(BootGlitch) {
		f.ailing.ready.glitch(now.Add(e.cfg.BootTime/2), e.cfg.BootGlitch)
	}
	return f
}

// die ends the firmware: READY stays high, sockets are closed, goroutines are
// told to end. It does not wait for them.
func (f *firmware) die() {
	f.dead = true
	f.e.fw = nil
	f.stop()
	for s := range f.live {
		s.abort()
	}
	f.news.Broadcast()
}

// execute runs the command in the buffer. What has to wait for the network
// gets a goroutine of its own and holds READY high meanwhile.
func (f *firmware) execute(now time.Time) {
	f.now, f.busy = now, f.e.cfg.Pacing.Service
	f.window = workWindow
	f.e.received++
	f.radio.settle(f)
	f.out = f.outBuf[:0]
	h := f.handler()
	if f.refuses() {
		h = handler{}
	}
	if len(f.e.faults) > 0 || f.e.chaos != nil {
		h = f.disturb(h)
	}
	switch {
	case f.dead: // of a fault
	case h.quick != nil:
		h.quick(f)
	case h.slow != nil:
		if task := h.slow(f); task != nil {
			f.e.tasks.Add(1)
			go f.work(task)
			return
		}
	default:
		f.fail()
	}
	f.finish(now)
}

// work runs the part of a slow handler that waits, without the lock.
func (f *firmware) work(task func()) {
	defer f.e.tasks.Done()
	task()
	f.e.mu.Lock()
	f.finish(f.e.clock.Now())
	f.e.mu.Unlock()
	f.e.nudge()
}

// finish arms the reply, padded with zeros to whole words, and wakes the task
// that drives GPIO0.
func (f *firmware) finish(now time.Time) {
	if f.dead {
		return
	}
	for len(f.out)%4 != 0 {
		f.out = append(f.out, 0)
	}
	if len(f.ailing.damages) > 0 {
		f.spoil()
	}
	f.window = replyWindow
	f.arm(now, f.busy+f.e.cfg.Pacing.Turnaround)
	f.attention.stir(f)
}

// takes makes the command at work hold READY high for d longer.
func (f *firmware) takes(d time.Duration) { f.busy += d }

// waits is takes for what a command waits for.
func (f *firmware) waits(d time.Duration) {
	if f.quirk(BlockingWaits) {
		f.takes(d)
	}
}
