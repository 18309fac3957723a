package wifinina

import (
	"encoding/hex"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// servedBy tells which methods of Device use a command. A slash stands between
// several. docs/driver.md shows it.
var servedBy = [2]map[wire.Command]string{
	wire.Arduino: {
		wire.SetNet: "NetConnect", wire.SetPassphrase: "NetConnect", wire.SetKey: "NetConnectWEP",
		wire.SetIPConfig: "SetIPConfig", wire.SetDNSConfig: "SetDNSServers", wire.SetHostname: "SetHostname",
		wire.SetPowerMode: "SetPowerSave", wire.SetAPNet: "StartAccessPoint/NetConnect",
		wire.SetAPPassphrase: "StartAccessPoint/NetConnect", wire.SetDebug: "SetDebug",
		wire.GetTemperature: "Temperature", wire.GetDNSConfig: "DNSServers", wire.GetReasonCode: "ReasonCode",
		wire.GetConnStatus: "Status", wire.GetIPAddr: "IPConfig/Addr", wire.GetMACAddr: "GetHardwareAddr",
		wire.GetCurrSSID: "Network", wire.GetCurrBSSID: "Network", wire.GetCurrRSSI: "RSSI/Network",
		wire.GetCurrEncT: "Network", wire.ScanNetworks: "Scan", wire.StartServerTCP: "Listen/Bind",
		wire.AvailDataTCP: "Accept", wire.StartClientTCP: "Connect",
		wire.StopClientTCP: "Close", wire.GetClientStateTCP: "Recv", wire.Disconnect: "NetDisconnect",
		wire.GetIdxRSSI: "Scan", wire.GetIdxEncT: "Scan", wire.ReqHostByName: "GetHostByName",
		wire.GetHostByName: "GetHostByName", wire.GetFWVersion: "Start/Firmware", wire.SendDataUDP: "Send/SendTo",
		wire.GetRemoteData: "Accept/RecvFrom/SendTo", wire.GetTime: "Time", wire.GetIdxBSSID: "Scan", wire.GetIdxChannel: "Scan",
		wire.Ping: "Ping", wire.GetSocket: "Connect/Listen/Bind", wire.SetEnt: "NetConnectEnterprise",
		wire.SendDataTCP: "Send", wire.GetDatabufTCP: "Recv", wire.InsertDatabuf: "Send",
		wire.SetPinMode: "PinMode", wire.SetDigitalWrite: "DigitalWrite", wire.SetAnalogWrite: "AnalogWrite",
		wire.GetDigitalRead: "DigitalRead", wire.GetAnalogRead: "AnalogRead", wire.WriteFile: "AppendFile",
		wire.ReadFile: "ReadFile", wire.DeleteFile: "DeleteFile", wire.ExistsFile: "FileSize",
		wire.DownloadFile: "DownloadFile", wire.ApplyOTA: "ApplyOTA", wire.RenameFile: "RenameFile",
		wire.DownloadOTA: "DownloadOTA", wire.GetStateTCP: "Listen/Accept",
		wire.SocketSocket: "Connect/Listen/Bind", wire.SocketClose: "Close", wire.SocketErrno: "Send/Recv/Connect",
		wire.SocketBind: "Bind/Listen", wire.SocketListen: "Listen", wire.SocketAccept: "Accept",
		wire.SocketConnect: "Connect", wire.SocketSend: "Send", wire.SocketRecv: "Recv",
		wire.SocketSendTo: "SendTo/Send", wire.SocketRecvFrom: "RecvFrom/Recv", wire.SocketIoctl: "Connect/Accept/Bind",
		wire.SocketPoll: "Send/Recv/Accept", wire.SocketSetSockOpt: "SetSockOpt/Listen", wire.SocketGetSockOpt: "Connect",
	},
	wire.Adafruit: {
		wire.SetCliCert: "SetClientCertificate", wire.SetPK: "SetClientCertificate",
		wire.SetEntIdent: "NetConnectEnterprise", wire.SetEntUName: "NetConnectEnterprise",
		wire.SetEntPasswd: "NetConnectEnterprise", wire.SetEntEnable: "NetConnectEnterprise",
		wire.GetAnalogRead: "AnalogRead",
	},
}

const inBranchOnly = "only in a branch of the firmware or in a host library, in no release"

// withoutMethod tells why a command has none. docs/driver.md shows it.
var withoutMethod = [2]map[wire.Command]string{
	wire.Arduino: {
		wire.DataSentTCP:       "always answers 1 (reference §4.3)",
		wire.GetDataTCP:        "one byte, and none looks like FF; GET_DATABUF_TCP does all it can",
		wire.StartScanNetworks: "does nothing; SCAN_NETWORKS scans",
		wire.StopServerTCP:     inBranchOnly, wire.BLEBegin: inBranchOnly, wire.BLEEnd: inBranchOnly,
		wire.BLEAvailable: inBranchOnly, wire.BLEPeek: inBranchOnly, wire.BLERead: inBranchOnly,
		wire.BLEWrite: inBranchOnly, wire.PrefBegin: inBranchOnly, wire.PrefEnd: inBranchOnly,
		wire.PrefClear: inBranchOnly, wire.PrefRemove: inBranchOnly, wire.PrefLen: inBranchOnly,
		wire.PrefStat: inBranchOnly, wire.PrefPut: inBranchOnly, wire.PrefGet: inBranchOnly,
		wire.PrefGetType: inBranchOnly, wire.GetFWVersionU32: inBranchOnly, wire.SetTime: inBranchOnly,
		wire.BRSSLSetECTA: inBranchOnly, wire.BRSSLErrorCode: inBranchOnly,
		wire.SocketGetPeerName: "Accept tells the peer, and who calls Connect knows it",
	},
	wire.Adafruit: {
		wire.SetEntCACert:  "not implemented in the firmware: always the error frame",
		wire.SetEntCertKey: "not implemented in the firmware: always the error frame",
	},
}

// Every command of the wire table is served by a method there is, or listed
// with its reason, and both are in the documentation.
func TestEveryCommandHasAMethodOrAReason(t *testing.T) {
	doc, err := os.ReadFile("../docs/driver.md")
	require.NoError(t, err)
	device := reflect.TypeFor[*Device]()
	for c := range wire.Command(128) {
		for _, f := range []wire.Family{wire.Arduino, wire.Adafruit} {
			served, reason := servedBy[f][c], withoutMethod[f][c]
			if !isOwn(c, f) {
				assert.Empty(t, served+reason, "%v of %v has no row of its own", c, f)
				continue
			}
			assert.NotEqual(t, served == "", reason == "", "%v of %v: a method or a reason", c, f)
			for _, name := range strings.Split(served, "/") {
				_, ok := device.MethodByName(name)
				assert.True(t, ok || served == "", "%v: no method %s", c, name)
			}
			assert.Contains(t, string(doc), docLine(c, f))
		}
	}
}

// isOwn reports whether the family has a row for the command, which is not
// Arduino's.
func isOwn(c wire.Command, f wire.Family) bool {
	if f == wire.Arduino || wire.Since(c, wire.Arduino) == 0 {
		return wire.Since(c, f) != 0
	}
	return wire.Since(c, f) != 0 && !assert.ObjectsAreEqual(wire.Lookup(c, wire.Arduino), wire.Lookup(c, f))
}

// docLine is the line of docs/driver.md for a command.
func docLine(c wire.Command, f wire.Family) string {
	line := "| " + hex.EncodeToString([]byte{byte(c)}) + " " + c.Name(f) + " | "
	if m := servedBy[f][c]; m != "" {
		return line + strings.ReplaceAll(m, "/", ", ") + " |"
	}
	return line + "– " + withoutMethod[f][c] + " |"
}
