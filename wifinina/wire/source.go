package wire

// Source returns where the facts about a command come from: the firmware's
// file and handler, or the section of the protocol reference for what no
// released firmware has. "" for a command without a row.
func Source(c Command, f Family) string {
	if c >= commandCount {
		return ""
	}
	h := handlers[c]
	if own := adafruitHandler(c); own != "" && (f == Adafruit || h == "") {
		h = own
	}
	switch {
	case h == "":
		return ""
	case h[0] == '4':
		return "reference §" + h
	}
	return "main/CommandHandler.cpp " + h
}

// handlers is the firmware's function for each command, or the section of the
// reference.
var handlers = [commandCount]string{
	SetNet: "setNet", SetPassphrase: "setPassPhrase", SetKey: "setKey",
	SetIPConfig: "setIPconfig", SetDNSConfig: "setDNSconfig", SetHostname: "setHostname",
	SetPowerMode: "setPowerMode", SetAPNet: "setApNet", SetAPPassphrase: "setApPassPhrase",
	SetDebug: "setDebug", GetTemperature: "getTemperature", GetDNSConfig: "getDNSconfig",
	GetReasonCode: "getReasonCode",

	GetConnStatus: "getConnStatus", GetIPAddr: "getIPaddr", GetMACAddr: "getMACaddr",
	GetCurrSSID: "getCurrSSID", GetCurrBSSID: "getCurrBSSID", GetCurrRSSI: "getCurrRSSI",
	GetCurrEncT: "getCurrEnct", ScanNetworks: "scanNetworks", StartServerTCP: "startServerTcp",
	GetStateTCP: "getStateTcp", DataSentTCP: "dataSentTcp", AvailDataTCP: "availDataTcp",
	GetDataTCP: "getDataTcp", StartClientTCP: "startClientTcp", StopClientTCP: "stopClientTcp",
	GetClientStateTCP: "getClientStateTcp",

	Disconnect: "disconnect", GetIdxRSSI: "getIdxRSSI", GetIdxEncT: "getIdxEnct",
	ReqHostByName: "reqHostByName", GetHostByName: "getHostByName",
	StartScanNetworks: "startScanNetworks", GetFWVersion: "getFwVersion",
	StopServerTCP: "4.2", SendDataUDP: "sendUDPdata", GetRemoteData: "getRemoteData",
	GetTime: "getTime", GetIdxBSSID: "getIdxBSSID", GetIdxChannel: "getIdxChannel",
	Ping: "ping", GetSocket: "getSocket",

	SetEnt: "setEnt", SendDataTCP: "sendDataTcp", GetDatabufTCP: "getDataBufTcp",
	InsertDatabuf: "insertDataBuf", BLEBegin: "4.4", BLEEnd: "4.4",
	BLEAvailable: "4.4", BLEPeek: "4.4", BLERead: "4.4", BLEWrite: "4.4",

	SetPinMode: "setPinMode", SetDigitalWrite: "setDigitalWrite", SetAnalogWrite: "setAnalogWrite",
	GetDigitalRead: "getDigitalRead", GetAnalogRead: "getAnalogRead",
	PrefBegin: "4.8", PrefEnd: "4.8", PrefClear: "4.8", PrefRemove: "4.8",
	PrefLen: "4.8", PrefStat: "4.8", PrefPut: "4.8", PrefGet: "4.8",
	PrefGetType: "4.8", GetFWVersionU32: "4.5", SetTime: "4.5",

	WriteFile: "writeFile", ReadFile: "readFile", DeleteFile: "deleteFile", ExistsFile: "existsFile",
	DownloadFile: "downloadFile", ApplyOTA: "applyOTA", RenameFile: "renameFile",
	DownloadOTA: "downloadOTA", BRSSLSetECTA: "4.6", BRSSLErrorCode: "4.6",

	SocketSocket: "socket_socket", SocketClose: "socket_close", SocketErrno: "socket_errno",
	SocketBind: "socket_bind", SocketListen: "socket_listen", SocketAccept: "socket_accept",
	SocketConnect: "socket_connect", SocketSend: "socket_send", SocketRecv: "socket_recv",
	SocketSendTo: "socket_sendto", SocketRecvFrom: "socket_recvfrom", SocketIoctl: "socket_ioctl",
	SocketPoll: "socket_poll", SocketSetSockOpt: "socket_setsockopt",
	SocketGetSockOpt: "socket_getsockopt", SocketGetPeerName: "socket_getpeername",
}

// adafruitHandler returns the handler of a command that means something else
// in Adafruit's firmware, "" for the others.
func adafruitHandler(c Command) string {
	switch c {
	case SetCliCert:
		return "setClientCert"
	case SetPK:
		return "setCertKey"
	case SetEntIdent:
		return "wpa2EntSetIdentity"
	case SetEntUName:
		return "wpa2EntSetUsername"
	case SetEntPasswd:
		return "wpa2EntSetPassword"
	case SetEntCACert:
		return "wpa2EntSetCACert"
	case SetEntCertKey:
		return "wpa2EntSetCertKey"
	case SetEntEnable:
		return "wpa2EntEnable"
	}
	return ""
}
