package wifinina

import (
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// SetClientCertificate gives Adafruit's firmware the certificate and the key, in
// PEM, that all later TLS connections are to show; there is no way to take them
// away but a reset, which forgets them. ErrTooLong for more than 1299 bytes of
// certificate or 1699 of key. ErrUnsupported with Arduino's firmware, and
// before Adafruit 1.4.0.
//
// A request of that size does not fit the device's own buffer: it is put
// together in buf, which must hold the longer of the two and 12 bytes, or is
// ErrTooLong. A nil buf is allocated for the call. Nothing is kept.
func (d *Device) SetClientCertificate(cert, key string, buf []byte) error {
	o := d.command(wire.SetCliCert)
	return o.end(bus.Result{Err: o.fail(o.clientCertificate(cert, key, buf))})
}

// pemOverhead is what a frame with a text of n bytes takes beside it: header,
// NUL, end byte, and padding.
const pemOverhead = 12

func (o *op) clientCertificate(cert, key string, buf []byte) error {
	size := max(len(cert), len(key)) + pemOverhead
	if buf == nil {
		buf = make([]byte, size)
	}
	if len(cert) >= wire.MaxClientCert || len(key) >= wire.MaxClientKey || len(buf) < size {
		return ErrTooLong
	}
	if err := o.acquire(); err != nil {
		return err
	}
	defer o.release()
	if !o.d.fw.entSteps || !o.d.fw.has(wire.SetCliCert) {
		return ErrUnsupported
	}
	if err := o.sendPEM(wire.SetCliCert, cert, buf); err != nil {
		return err
	}
	return o.sendPEM(wire.SetPK, key, buf)
}

// sendPEM sends a text with a NUL behind it: the firmware copies all its buffer
// holds, and would read the end of the frame as part of the text.
func (o *op) sendPEM(c wire.Command, pem string, buf []byte) error {
	o.cmd = c
	text := append(append(buf[4:4], pem...), 0)
	req := wire.AppendRequestTo(buf[:0], o.d.fw.family, c, wire.Bytes(text))
	reply, msg, err := o.converse(c, req, o.d.buf[:])
	switch {
	case err != nil:
		return err
	case msg.ErrorReply:
		return ErrUnsupported
	case reply[0].Int() != 1:
		return ErrRefused
	}
	return nil
}
