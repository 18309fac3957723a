// The smallest program that joins a network and uses TinyGo's net package.
package main

import (
	"net"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/board"
)

func main() {
	cfg := board.Config()
	nina := wifinina.New(&cfg)
	netdev.UseNetdev(nina)
	if err := nina.NetConnect(&netdev.ConnectParams{Ssid: "home", Passphrase: "secret12"}); err != nil {
		println(err.Error())
		return
	}
	conn, err := net.Dial("tcp", "10.0.0.1:7")
	if err != nil {
		println(err.Error())
		return
	}
	conn.Write([]byte("hello"))
	conn.Close()
}
