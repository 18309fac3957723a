package replay

import (
	"strings"
	"time"

	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// issue makes one recorded call, with the payload it sent. What it returns is
// compared by the Bus. It is false for a call that can't be made.
func issue(dev netdev.Device, begin *capture.Record, p payload) bool {
	c := &begin.Call
	var deadline time.Time
	if c.Wait > 0 {
		deadline = epoch.Add(begin.Time + c.Wait)
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
		_, _ = dev.Send(c.Sock, p.bytes, int(c.Int[0]), deadline)
	case bus.OpRecv:
		_, _ = dev.Recv(c.Sock, make([]byte, c.Size), int(c.Int[0]), deadline)
	case bus.OpClose:
		_ = dev.Close(c.Sock)
	case bus.OpSetSockOpt:
		_ = dev.SetSockOpt(c.Sock, int(c.Int[0]), int(c.Int[1]), int(c.Int[2]))
	case bus.OpSendTo, bus.OpRecvFrom:
		return issuePacket(dev, c, p, deadline)
	case bus.OpExchange:
		return exchangeRaw(dev, p.frame)
	default:
		return false
	}
	return true
}

// issuePacket makes a call that only some drivers have.
func issuePacket(dev netdev.Device, c *capture.Call, p payload, deadline time.Time) bool {
	d, ok := dev.(netdev.PacketNetdever)
	switch {
	case !ok:
	case c.Op == bus.OpSendTo:
		_, _ = d.SendTo(c.Sock, p.bytes, int(c.Int[0]), c.Addr, deadline)
	default:
		_, _, _ = d.RecvFrom(c.Sock, make([]byte, c.Size), int(c.Int[0]), deadline)
	}
	return ok
}

// exchangeRaw makes a recorded Exchange, which sent the frame.
func exchangeRaw(dev netdev.Device, frame []byte) bool {
	x, ok := dev.(Exchanger)
	if ok {
		_ = x.Exchange(frame, make([]byte, wire.MaxFrame), nil)
	}
	return ok
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
