//go:build tinygo && ninafw

package board

import (
	drivers "tinygo.org/x/drivers/netdev"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
)

// Probe makes the driver for the board's coprocessor and gives it to TinyGo's
// net package. It has the signature of Probe in TinyGo's netlink/probe; both
// results are the same *wifinina.Device.
func Probe() (netlink.Netlinker, drivers.Netdever) {
	cfg := Config()
	nina := wifinina.New(&cfg)
	netdev.UseNetdev(nina)
	return nina, nina
}
