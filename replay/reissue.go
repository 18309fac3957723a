package replay

import (
	"strings"
	"time"

	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// reissue makes the recorded calls on a fresh driver. Each call is made when
// everything that was recorded before it has happened, in a goroutine of its
// own, so that calls which overlapped overlap again.
func (t *Trace) reissue(drive Driver) *Divergence {
	b := NewBus(t)
	dev := drive(b, b)
	payloads := t.payloads()
	pending := 0
	done := make(chan struct{}, len(t.calls))
	for i := range t.records {
		rec := &t.records[i]
		if rec.Kind != capture.KindBegin || !b.due(i) {
			continue
		}
		pending++
		go func() {
			issue(dev, &rec.Call, rec.Time, payloads[rec.ID])
			done <- struct{}{}
		}()
		b.arrived(rec.ID)
	}
	b.drained()
	if b.stopped() {
		// A call that ignores the errors of a bus which refuses everything
		// can't be waited for.
		return b.Finish()
	}
	for range pending {
		<-done
	}
	return b.Finish()
}

// due waits until what stands before record i has happened. It is false when
// the replay has ended early.
func (b *Bus) due(i int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.found == nil {
		if b.next > i && b.endedBefore(i) {
			return true
		}
		b.wait()
	}
	return false
}

// endedBefore reports whether every call that had ended before record i has.
func (b *Bus) endedBefore(i int) bool {
	for ; b.calls.ended < i; b.calls.ended++ {
		rec := &b.trace.records[b.calls.ended]
		if c := b.calls.byID[rec.ID]; rec.Kind == capture.KindEnd && c != nil && c.begin != nil && !c.done {
			return false
		}
	}
	return true
}

// arrived waits until the driver has begun a call.
func (b *Bus) arrived(id bus.CallID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.found == nil && !b.calls.byID[id].begun {
		b.wait()
	}
}

// drained waits until every call that ended in the recording has, and the bus
// has nothing left to do.
func (b *Bus) drained() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.found == nil && (b.current() != nil && b.working() || !b.endedBefore(len(b.trace.records))) {
		b.wait()
	}
}

// working reports whether a call is on its way that may still use the bus.
func (b *Bus) working() bool {
	for _, id := range b.calls.order {
		if c := b.calls.byID[id]; c.begun && !c.done {
			return true
		}
	}
	return false
}

// stopped reports whether the replay has ended early.
func (b *Bus) stopped() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.found != nil
}

// issue makes one recorded call. What it returns is compared by the Bus.
func issue(dev netdev.Device, c *capture.Call, at time.Duration, payload []byte) {
	var deadline time.Time
	if c.Wait > 0 {
		deadline = epoch.Add(at + c.Wait)
	}
	switch c.Op {
	case bus.OpNetConnect:
		_ = dev.NetConnect(params(c))
	case bus.OpNetDisconnect:
		dev.NetDisconnect()
	case bus.OpGetHardwareAddr:
		_, _ = dev.GetHardwareAddr()
	case bus.OpGetHostByName:
		_, _ = dev.GetHostByName(c.Text)
	case bus.OpAddr:
		_, _ = dev.Addr()
	case bus.OpSocket:
		_, _ = dev.Socket(int(c.Int[0]), int(c.Int[1]), int(c.Int[2]))
	case bus.OpBind:
		_ = dev.Bind(c.Sock, c.Addr)
	case bus.OpConnect:
		_ = dev.Connect(c.Sock, c.Text, c.Addr)
	case bus.OpListen:
		_ = dev.Listen(c.Sock, int(c.Int[0]))
	case bus.OpAccept:
		_, _, _ = dev.Accept(c.Sock)
	case bus.OpSend:
		_, _ = dev.Send(c.Sock, payload, int(c.Int[0]), deadline)
	case bus.OpRecv:
		_, _ = dev.Recv(c.Sock, make([]byte, c.Size), int(c.Int[0]), deadline)
	case bus.OpClose:
		_ = dev.Close(c.Sock)
	case bus.OpSetSockOpt:
		_ = dev.SetSockOpt(c.Sock, int(c.Int[0]), int(c.Int[1]), int(c.Int[2]))
	}
}

// params rebuilds the parameters of a recorded NetConnect. The passphrase is a
// stand-in of the same length.
func params(c *capture.Call) *netlink.ConnectParams {
	return &netlink.ConnectParams{
		Ssid:            c.Text,
		Passphrase:      strings.Repeat("*", c.SecretLen),
		Hostname:        c.Hostname,
		ConnectMode:     netlink.ConnectMode(c.Int[0]),
		AuthType:        netlink.AuthType(c.Int[1]),
		Retries:         int(c.Int[2]),
		ConnectTimeout:  time.Duration(c.Int[3]),
		WatchdogTimeout: time.Duration(c.Int[4]),
	}
}
