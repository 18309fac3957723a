package wifinina

import (
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// DownloadFile makes the firmware fetch a URL of at most 64 bytes by HTTP and
// keep it as a file, in the place of one that was there. The firmware's answer
// is an error whatever happens; ErrDownload says that the file is empty
// afterwards or not there. It waits at most Config.SlowTimeout, and the
// firmware answers nobody else meanwhile. Name and errors otherwise as of
// FileSize; ErrTooLong for the URL.
func (d *Device) DownloadFile(url, name string) error {
	o := d.command(wire.DownloadFile)
	return o.end(bus.Result{Err: o.fail(o.downloadFile(url, name))})
}

func (o *op) downloadFile(url, name string) error {
	switch {
	case !isFileName(name):
		return ErrNoFile
	case len(url) > wire.MaxURL:
		return ErrTooLong
	}
	if err := o.acquireFor(wire.DownloadFile); err != nil {
		return err
	}
	defer o.release()
	// The firmware puts the mount point in front of the name itself.
	err := o.unanswered(wire.DownloadFile, wire.Text(url), wire.Text(name[len(wire.MountPoint):]))
	if err != nil {
		return err
	}
	n, err := o.sizeOf(name)
	if e, ok := err.(Error); ok && e == ErrNoFile || err == nil && n == 0 {
		return ErrDownload
	}
	return err
}

// An OTAError says why the firmware did not keep the update it was to
// download.
type OTAError wire.OTAStatus

// Error returns "update not kept: BAD_CRC".
func (e OTAError) Error() string { return "update not kept: " + wire.OTAStatus(e).String() }

// DownloadOTA makes the firmware fetch an update for the board's own
// microcontroller from a URL of at most 128 bytes, and check it: 4 bytes of
// length and 4 of CRC-32, little-endian, stand in front. It becomes the file
// "/fs/UPDATE.BIN.LZSS". An OTAError says what is wrong with it. ErrTooLong for
// the URL; ErrUnsupported before Arduino 1.4.1, and with Adafruit's.
func (d *Device) DownloadOTA(url string) error {
	if len(url) > wire.MaxOTAURL {
		return d.refuse(wire.DownloadOTA, ErrTooLong)
	}
	o := d.command(wire.DownloadOTA)
	v, err := o.query(wire.DownloadOTA, wire.Text(url))
	if status := wire.OTAStatus(v.Uint8()); err == nil && status != wire.OTADone {
		err = OTAError(status)
	}
	return o.end(bus.Result{Err: o.fail(err)})
}

// ApplyOTA makes the firmware of an Uno WiFi Rev2 flash the board with the file
// "/fs/UPDATE.BIN" and restart it, which ends the program. On other boards
// nothing happens: the firmware's answer is an error on all. ErrUnsupported
// before Arduino 1.4.0 and Adafruit 2.0.0.
func (d *Device) ApplyOTA() error {
	o := d.command(wire.ApplyOTA)
	err := o.acquireFor(wire.ApplyOTA)
	if err == nil {
		err = o.unanswered(wire.ApplyOTA)
		o.release()
	}
	return o.end(bus.Result{Err: o.fail(err)})
}
