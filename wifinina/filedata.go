package wifinina

import (
	"io"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// ReadFile reads len(buf) bytes of a file from offset on, or up to its end, in
// pieces of at most 255 bytes. It returns how many it has read, and io.EOF when
// there is nothing at offset. It allocates nothing.
func (d *Device) ReadFile(name string, offset int, buf []byte) (int, error) {
	o := d.command(wire.ReadFile)
	if offset < 0 {
		return 0, o.end(bus.Result{Err: o.fail(netdev.ErrInvalidArgument)})
	}
	n, err := o.readFile(name, offset, buf)
	if err == nil && n == 0 && len(buf) > 0 {
		return 0, o.end(bus.Result{Err: io.EOF})
	}
	return n, o.end(bus.Result{Err: o.fail(err)})
}

func (o *op) readFile(name string, offset int, buf []byte) (n int, err error) {
	for n < len(buf) {
		k, err := o.readPiece(name, offset+n, buf[n:])
		if err != nil || k == 0 {
			return n, err
		}
		n += k
	}
	return n, nil
}

// readPiece reads as much as one exchange can, 0 at the end of the file. It asks
// for the size first: behind the end the firmware reads zeros, and without a
// file it writes outside its buffer.
func (o *op) readPiece(name string, offset int, buf []byte) (int, error) {
	if err := o.acquireFor(wire.ReadFile); err != nil {
		return 0, err
	}
	defer o.release()
	size, err := o.sizeOf(name)
	n := min(len(buf), wire.MaxFileRead, size-offset)
	if err != nil || n <= 0 {
		return 0, err
	}
	v, err := o.first(wire.ReadFile, wire.Uint(offset), wire.Uint(n), wire.Text(name))
	if err == nil && len(v.Bytes()) != n {
		err = ErrBadReply
	}
	if err != nil {
		return 0, err
	}
	return copy(buf, v.Bytes()), nil
}

// AppendFile appends data to a file, which it makes if there is none, in pieces
// that fit one frame, and returns how many bytes the file has grown by: the
// firmware knows no other way to write, and its answers do not tell how much it
// has written. ErrFilesFull when that is less than len(data). It allocates
// nothing.
func (d *Device) AppendFile(name string, data []byte) (int, error) {
	o := d.command(wire.WriteFile)
	n, err := o.appendFile(name, data)
	return n, o.end(bus.Result{Err: o.fail(err)})
}

func (o *op) appendFile(name string, data []byte) (int, error) {
	before, err := o.sizeOrNone(name)
	for rest := data; len(rest) > 0 && err == nil; {
		k := min(len(rest), frameSize-writeOverhead-len(name))
		err = o.writePiece(name, rest[:k])
		rest = rest[k:]
	}
	if e, ok := err.(Error); err != nil && !(ok && e == ErrFilesFull) {
		return 0, err
	}
	after, err := o.sizeOrNone(name)
	n := max(after-before, 0)
	if err == nil && n < len(data) {
		o.cmd, err = wire.WriteFile, ErrFilesFull
	}
	return n, err
}

// sizeOrNone returns the size of a file that may not be there.
func (o *op) sizeOrNone(name string) (int, error) {
	n, err := o.fileSize(name)
	if e, ok := err.(Error); ok && e == ErrNoFile && isFileName(name) {
		err = nil
	}
	return n, err
}

// writeOverhead is what a WRITE_FILE request has beside name and data.
const writeOverhead = 16

// writePiece writes what one frame holds. The error frame says that nothing was
// written.
func (o *op) writePiece(name string, p []byte) error {
	_, err := o.query(wire.WriteFile, wire.Uint(0), wire.Uint(len(p)), wire.Text(name), wire.Bytes(p))
	if e, ok := err.(Error); ok && e == ErrUnsupported {
		return ErrFilesFull
	}
	return err
}
