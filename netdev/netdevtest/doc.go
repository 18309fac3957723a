// Package netdevtest tests whether a network device keeps what package netdev
// says of one: [TestNetdever] runs all of it. [Host] is the yardstick, a device
// on the sockets of the PC.
//
// The package is for tests on a PC.
package netdevtest
