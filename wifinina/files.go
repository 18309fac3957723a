package wifinina

import (
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Files are in the coprocessor's flash and outlive resets. Their names begin
// with wire.MountPoint, "/fs/", and have up to wire.MaxFilename bytes; all
// other names are ErrNoFile, because they make the firmware write outside its
// buffer (nina-observed "Frame rules" 9). All is ErrUnsupported before Arduino
// 1.4.0 and Adafruit 2.0.0.

// FileSize returns the size of a file in bytes; ErrNoFile when there is none.
func (d *Device) FileSize(name string) (int, error) {
	o := d.command(wire.ExistsFile)
	n, err := o.fileSize(name)
	return n, o.end(bus.Result{Err: o.fail(err)})
}

func (o *op) fileSize(name string) (int, error) {
	if err := o.acquireFor(wire.ExistsFile); err != nil {
		return 0, err
	}
	defer o.release()
	return o.sizeOf(name)
}

// sizeOf asks for the size of a file within the turn.
func (o *op) sizeOf(name string) (int, error) {
	if !isFileName(name) {
		return 0, ErrNoFile
	}
	v, err := o.first(wire.ExistsFile, wire.Uint(0), wire.Uint(0), wire.Text(name))
	if err == nil && v.Int() < 0 {
		err = ErrNoFile
	}
	return int(max(v.Int(), 0)), err
}

func isFileName(name string) bool {
	n := len(wire.MountPoint)
	return len(name) > n && len(name) <= wire.MaxFilename && name[:n] == wire.MountPoint
}

// RenameFile gives a file another name. ErrNoFile when there is none of the old
// name; ErrRefused when the file system does not rename it.
func (d *Device) RenameFile(from, to string) error {
	o := d.command(wire.RenameFile)
	return o.end(bus.Result{Err: o.fail(o.renameFile(from, to))})
}

func (o *op) renameFile(from, to string) error {
	if !isFileName(from) || !isFileName(to) {
		return ErrNoFile
	}
	v, err := o.query(wire.RenameFile, wire.Text(from), wire.Text(to))
	switch errno := wire.Errno(v.Uint8()); {
	case err != nil || errno == wire.EOK:
		return err
	case errno == wire.ENOENT:
		return ErrNoFile
	}
	return ErrRefused
}

// DeleteFile deletes a file; ErrNoFile when there is none. The firmware's
// answer is an error whatever happens: what counts is that the file is gone,
// and ErrRefused when it is not.
func (d *Device) DeleteFile(name string) error {
	o := d.command(wire.DeleteFile)
	return o.end(bus.Result{Err: o.fail(o.deleteFile(name))})
}

func (o *op) deleteFile(name string) error {
	if err := o.acquireFor(wire.DeleteFile); err != nil {
		return err
	}
	defer o.release()
	if _, err := o.sizeOf(name); err != nil {
		return err
	}
	if err := o.unanswered(wire.DeleteFile, wire.Uint(0), wire.Uint(0), wire.Text(name)); err != nil {
		return err
	}
	_, err := o.sizeOf(name)
	switch e, ok := err.(Error); {
	case err == nil:
		return ErrRefused
	case ok && e == ErrNoFile:
		return nil
	}
	return err
}

// unanswered runs one exchange within the turn whose reply is the error frame
// whatever happens.
func (o *op) unanswered(c wire.Command, vals ...wire.Value) error {
	_, err := o.exchange(c, vals...)
	if e, ok := err.(Error); ok && e == ErrUnsupported {
		return nil
	}
	return err
}
