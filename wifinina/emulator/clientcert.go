package emulator

import (
	"bytes"
	"crypto/tls"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A clientIdentity is what TLS connections show of themselves once both halves
// of it are there. Nothing takes it away but a reset.
type clientIdentity struct {
	cert, key []byte // as the firmware has copied them, nil: never set
}

// setClientCert copies as much as the firmware's buffer holds from the command,
// whatever its length byte says: padding and the END come along (nina-fw
// CommandHandler.cpp setClientCert).
func setClientCert(f *firmware) {
	f.identity.cert = bytes.Clone(f.in[4 : 4+wire.MaxClientCert])
	f.answer(wire.Flag(true))
}

func setClientKey(f *firmware) {
	f.identity.key = bytes.Clone(f.in[4 : 4+wire.MaxClientKey])
	f.answer(wire.Flag(true))
}

// show puts the identity into cfg, if it is complete.
func (id clientIdentity) show(cfg *tls.Config) error {
	if id.cert == nil || id.key == nil {
		return nil
	}
	pair, err := tls.X509KeyPair(cString(id.cert), cString(id.key))
	cfg.Certificates = []tls.Certificate{pair}
	return err
}

// cString returns b up to its first NUL.
func cString(b []byte) []byte {
	s, _, _ := bytes.Cut(b, []byte{0})
	return s
}
