package emulator

import (
	"sync"
	"testing"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// TestEverythingAtOnce: a driver works while others tell the emulator of faults
// and of the world, look at it, and at last close it. It is the race detector's
// to judge.
func TestEverythingAtOnce(t *testing.T) {
	lan := NewMemory(MemoryConfig{Latency: 20 * time.Microsecond})
	echo(t, lan.Node(peerAddr), webPort)
	h := newHost(t, Config{Network: lan.Node(moduleAddr), JoinTime: -1, BootTime: -1})
	var others sync.WaitGroup
	stop := make(chan struct{})
	for i, meddle := range meddlers(h.Emulator) {
		others.Go(func() {
			for n := i; ; n++ {
				select {
				case <-stop:
					return
				case <-time.After(50 * time.Microsecond):
					meddle(n)
				}
			}
		})
	}
	others.Go(func() {
		time.Sleep(300 * time.Millisecond)
		h.Close()
		close(stop)
	})
	h.drive(seedCommands(wire.Arduino))
	others.Wait()
}

// meddlers are those who call the emulator beside its driver.
func meddlers(e *Emulator) []func(n int) {
	return []func(n int){
		func(n int) { e.Inject(Fault{Kind: FaultKind(n%int(faultKinds) + 1), For: time.Millisecond, N: n % 16}) },
		func(n int) {
			e.Inject(Fault{Kind: FaultKind(n%int(faultKinds) + 1), For: time.Microsecond, Nth: n % 4})
		},
		func(n int) { e.SetChaos(everyChance(n)) },
		func(int) { e.ClearFaults() },
		func(n int) { e.DropLink(wire.Reason(200 + n%4)) },
		func(int) { e.RestoreLink() },
		func(n int) { e.SetAccessPoints(air(n % 3)...) },
		func(n int) { e.SetStations(n % 2) },
		func(n int) { e.SetScanFailure(n%2 == 0) },
		func(int) { e.Misuses(); e.Hostname() },
	}
}

func everyChance(n int) Chaos {
	return Chaos{Seed: uint64(n), Rates: map[FaultKind]float64{FaultKind(n%int(faultKinds) + 1): 0.1}, For: time.Millisecond}
}

// drive sends commands and reads replies until the emulator is closed.
func (h *rawHost) drive(commands [][]byte) {
	for n := 0; ; n++ {
		windows := [][]byte{commands[n%len(commands)], fill(16, 0xFF)}
		if n%97 == 0 {
			windows = [][]byte{unhex(h.t, setPassphraseCmd("ninatrace", "ninatrace")), fill(8, 0xFF)}
		}
		for _, w := range windows {
			if _, err := h.WaitReady(bus.Armed, 2*time.Millisecond); err == bus.ErrClosed {
				return
			} else if err != nil {
				h.Reset(true)
				h.Reset(false)
			}
			h.Select()
			h.Tx(w, make([]byte, len(w)))
			h.Deselect()
		}
	}
}
