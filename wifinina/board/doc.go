// Package board knows where boards have their WiFiNINA coprocessor. With it
// the whole set-up of a sketch is
//
//	cfg := board.Config()
//	nina := wifinina.New(&cfg)
//	netdev.UseNetdev(nina)
//
// or [Probe], which fits where TinyGo's programs call netlink/probe: exchange
// one import,
//
//	probe "github.com/ninatrace/ninatrace/wifinina/board"
//
// and the programs in examples/net of tinygo.org/x/drivers compile unchanged.
//
// Config and Probe exist on the targets to which TinyGo gives the build tag
// ninafw. The pins are the NINA_ constants of TinyGo's package machine; these
// are they (reference §1.4):
//
//	Target               CS       READY   GPIO0   RESETN   SCK / SDO / SDI            SPI
//	arduino-mkrwifi1010  PA14     PA28    PA27    PB08 ↑   PA15 / PA12 / PA13         SPI1
//	arduino-nano33       PA14     PA28    PA27    PA08     PA15 / PA12 / PA13         SPI1
//	nano-rp2040          GPIO9    GPIO10  GPIO2   GPIO3    GPIO14 / GPIO11 / GPIO8    SPI1
//	pyportal             PB14     PB16    PB15    PB17     PA13 / PA12 / PA14         SPI0
//	metro-m4-airlift     PA15     PB04    PB01    PB05     PA13 / PA12 / PA14         SPI0
//	matrixportal-m4      PB17     PA22    PA20    PA21     PA16 / PA19 / PA17         SPI0
//	pybadge              D13      D11     D10     D12      PA17 / PB23 / PB22         SPI0
//
// The MKR WiFi 1010 has a transistor in its reset line: there a high level
// resets (↑). A pybadge wears the AirLift FeatherWing. TinyGo's constant
// NINA_RESET_INVERTED is about something else and says true where a low level
// resets.
//
// Any other board with an AirLift breakout says where it is wired:
//
//	cfg := board.AirLift(machine.SPI0, machine.D10, machine.D7, machine.D5).Config()
//
// It is a package of its own, because it alone imports machine, which exists
// under TinyGo only: on a PC nothing is left of it. Package internal/boardcheck
// compiles and runs it there with a stand-in for machine.
//
// The package belongs to the device set.
package board
