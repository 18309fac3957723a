// Package layer makes the packets of package pcapng layers for programs that
// use gopacket. [LayerTypeWiFiNINA] is the decoder to give to
// gopacket.NewPacketSource or NewPacket, or to register for a link type; for
// gopacket.DecodingLayerParser a [WiFiNINA] is one to use again and again.
package layer

import (
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"github.com/ninatrace/ninatrace/export/pcapng"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// LayerTypeWiFiNINA is the type of the layer, registered as 1147.
var LayerTypeWiFiNINA = gopacket.RegisterLayerType(1147, gopacket.LayerTypeMetadata{
	Name: "WiFiNINA", Decoder: gopacket.DecodeFunc(decode),
})

// A WiFiNINA is a request or a reply. Its payload is what it carries beside
// numbers and names, such as the bytes for a socket. It keeps views of the
// packet. One goroutine at a time may use it.
//
// A frame that is no frame is a layer all the same: Message.Err says what is
// wrong with it.
type WiFiNINA struct {
	layers.BaseLayer
	pcapng.Header
	Command wire.Command // 0: not known, of a reply that does not name it
	Frame   []byte       // as it was clocked; withheld bytes read '*'
	Message wire.Message // what was parsed of it, by the table of the header's firmware family
	Values  []wire.Value // value i is described by Message.Param(i)

	asked asked
}

// An asked is what there is to know of the request before.
type asked struct {
	exchange uint32
	command  wire.Command
	written  int // length of its data
}

// LayerType implements gopacket.Layer.
func (*WiFiNINA) LayerType() gopacket.LayerType { return LayerTypeWiFiNINA }

// CanDecode implements gopacket.DecodingLayer.
func (*WiFiNINA) CanDecode() gopacket.LayerClass { return LayerTypeWiFiNINA }

// NextLayerType implements gopacket.DecodingLayer: payload, if there is any.
func (l *WiFiNINA) NextLayerType() gopacket.LayerType {
	if len(l.Payload) == 0 {
		return gopacket.LayerTypeZero
	}
	return gopacket.LayerTypePayload
}

// Name returns the name of the command in its firmware's family, such as "0x31"
// for one that has none, and "" where Command is not known.
func (l *WiFiNINA) Name() string {
	name := l.Command.Name(l.family())
	if name == "" && l.Command != 0 {
		return l.Command.String()
	}
	return name
}

func (l *WiFiNINA) family() wire.Family {
	if l.Flags&pcapng.AdafruitNames != 0 {
		return wire.Adafruit
	}
	return wire.Arduino
}

// DecodeFromBytes implements gopacket.DecodingLayer. It overwrites all of l, but
// remembers the request before: without it an error reply has no command, and
// the reply to WRITE_FILE, which has no shape of its own, no value. The error is
// a pcapng.Error.
func (l *WiFiNINA) DecodeFromBytes(data []byte, df gopacket.DecodeFeedback) error {
	header, frame, err := pcapng.Parse(data)
	if err != nil {
		if err == pcapng.ErrShort {
			df.SetTruncated()
		}
		return err
	}
	l.BaseLayer = layers.BaseLayer{Contents: data}
	l.Header, l.Frame, l.Command = header, frame, 0
	if len(frame) > 1 && frame[0] == wire.StartByte {
		l.Command = wire.Command(frame[1] &^ wire.ReplyBit)
	}
	if header.Direction == pcapng.Request {
		l.asked = asked{header.Exchange, l.Command, wire.DataLen(frame, l.family())}
		l.Values, l.Message = wire.ParseRequest(l.Values[:0], frame, l.family())
	} else {
		l.reply()
	}
	for i, v := range l.Values {
		switch l.Message.Param(i).Type {
		case wire.Blob, wire.Counted, wire.Wrapped:
			l.Payload = v.Bytes()
		}
	}
	return nil
}

// reply reads a reply.
func (l *WiFiNINA) reply() {
	var to asked
	if l.asked.exchange == l.Exchange {
		to = l.asked
	}
	if l.Command == 0 {
		l.Command = to.command
	}
	l.Values, l.Message = wire.ParseReply(l.Values[:0], l.Frame, l.Command, l.family(), to.written)
}

// decode makes the layer of a packet.
func decode(data []byte, p gopacket.PacketBuilder) error {
	l := new(WiFiNINA)
	if err := l.DecodeFromBytes(data, p); err != nil {
		return err
	}
	p.AddLayer(l)
	if next := l.NextLayerType(); next != gopacket.LayerTypeZero {
		return p.NextDecoder(next)
	}
	return nil
}
