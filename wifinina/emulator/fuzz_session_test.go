package emulator

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// FuzzSession: windows of any bytes in any number do not panic, deadlock or
// leave anything behind a reset. The first byte of each is its size.
func FuzzSession(f *testing.F) {
	for i, p := range Profiles() {
		var all []byte
		for _, command := range seedCommands(p.Family) {
			if len(command) < 0xFF && !(command[1] == byte(wire.GetRemoteData) && command[4] >= fd0) {
				all = append(append(all, byte(len(command))), command...)
				all = append(append(all, 8), fill(8, 0xFF)...)
			}
			if len(all) > 1500 {
				f.Add(uint8(i), all)
				all = nil
			}
		}
	}
	f.Fuzz(func(t *testing.T, release uint8, script []byte) {
		synctest.Test(t, func(t *testing.T) {
			p := Profiles()[int(release)%len(Profiles())]
			h := busyHost(t, p)
			for len(script) > 0 {
				n := min(int(script[0]), len(script)-1)
				h.brave(script[1 : 1+n])
				script = script[1+n:]
			}
			before := h.fw
			h.restart(bus.High)
			require.Equal(t, []byte(p.Version), h.version(len(p.Version)))
			if before != nil {
				require.Empty(t, before.live)
			}
		})
	})
}

// brave goes through one select, after a reset if READY does not fall: the
// firmware has died, or waits for ever in a socket that blocks.
func (h *rawHost) brave(w []byte) {
	if _, err := h.WaitReady(bus.Armed, time.Minute); errors.Is(err, bus.ErrReadyTimeout) {
		h.restart(bus.High)
	}
	h.window(w)
}
