package wire

// names is nina-fw's names of the commands, Arduino's and shared ones.
var names = [commandCount]string{
	SetNet: "SET_NET", SetPassphrase: "SET_PASSPHRASE", SetKey: "SET_KEY",
	SetIPConfig: "SET_IP_CONFIG", SetDNSConfig: "SET_DNS_CONFIG", SetHostname: "SET_HOSTNAME",
	SetPowerMode: "SET_POWER_MODE", SetAPNet: "SET_AP_NET", SetAPPassphrase: "SET_AP_PASSPHRASE",
	SetDebug: "SET_DEBUG", GetTemperature: "GET_TEMPERATURE", GetDNSConfig: "GET_DNS_CONFIG",
	GetReasonCode: "GET_REASON_CODE",

	GetConnStatus: "GET_CONN_STATUS", GetIPAddr: "GET_IPADDR", GetMACAddr: "GET_MACADDR",
	GetCurrSSID: "GET_CURR_SSID", GetCurrBSSID: "GET_CURR_BSSID", GetCurrRSSI: "GET_CURR_RSSI",
	GetCurrEncT: "GET_CURR_ENCT", ScanNetworks: "SCAN_NETWORKS", StartServerTCP: "START_SERVER_TCP",
	GetStateTCP: "GET_STATE_TCP", DataSentTCP: "DATA_SENT_TCP", AvailDataTCP: "AVAIL_DATA_TCP",
	GetDataTCP: "GET_DATA_TCP", StartClientTCP: "START_CLIENT_TCP", StopClientTCP: "STOP_CLIENT_TCP",
	GetClientStateTCP: "GET_CLIENT_STATE_TCP",

	Disconnect: "DISCONNECT", GetIdxRSSI: "GET_IDX_RSSI", GetIdxEncT: "GET_IDX_ENCT",
	ReqHostByName: "REQ_HOST_BY_NAME", GetHostByName: "GET_HOST_BY_NAME",
	StartScanNetworks: "START_SCAN_NETWORKS", GetFWVersion: "GET_FW_VERSION",
	StopServerTCP: "STOP_SERVER_TCP", SendDataUDP: "SEND_DATA_UDP", GetRemoteData: "GET_REMOTE_DATA",
	GetTime: "GET_TIME", GetIdxBSSID: "GET_IDX_BSSID", GetIdxChannel: "GET_IDX_CHANNEL",
	Ping: "PING", GetSocket: "GET_SOCKET",

	SetEnt: "SET_ENT", SendDataTCP: "SEND_DATA_TCP", GetDatabufTCP: "GET_DATABUF_TCP",
	InsertDatabuf: "INSERT_DATABUF", BLEBegin: "BLE_BEGIN", BLEEnd: "BLE_END",
	BLEAvailable: "BLE_AVAILABLE", BLEPeek: "BLE_PEEK", BLERead: "BLE_READ", BLEWrite: "BLE_WRITE",

	SetPinMode: "SET_PIN_MODE", SetDigitalWrite: "SET_DIGITAL_WRITE", SetAnalogWrite: "SET_ANALOG_WRITE",
	GetDigitalRead: "GET_DIGITAL_READ", GetAnalogRead: "GET_ANALOG_READ",
	PrefBegin: "PREF_BEGIN", PrefEnd: "PREF_END", PrefClear: "PREF_CLEAR", PrefRemove: "PREF_REMOVE",
	PrefLen: "PREF_LEN", PrefStat: "PREF_STAT", PrefPut: "PREF_PUT", PrefGet: "PREF_GET",
	PrefGetType: "PREF_GET_TYPE", GetFWVersionU32: "GET_FW_VERSION_U32", SetTime: "SET_TIME",

	WriteFile: "WRITE_FILE", ReadFile: "READ_FILE", DeleteFile: "DELETE_FILE", ExistsFile: "EXISTS_FILE",
	DownloadFile: "DOWNLOAD_FILE", ApplyOTA: "APPLY_OTA", RenameFile: "RENAME_FILE",
	DownloadOTA: "DOWNLOAD_OTA", BRSSLSetECTA: "BRSSL_SET_EC_TA", BRSSLErrorCode: "BRSSL_ERROR_CODE",

	SocketSocket: "SOCKET_SOCKET", SocketClose: "SOCKET_CLOSE", SocketErrno: "SOCKET_ERRNO",
	SocketBind: "SOCKET_BIND", SocketListen: "SOCKET_LISTEN", SocketAccept: "SOCKET_ACCEPT",
	SocketConnect: "SOCKET_CONNECT", SocketSend: "SOCKET_SEND", SocketRecv: "SOCKET_RECV",
	SocketSendTo: "SOCKET_SENDTO", SocketRecvFrom: "SOCKET_RECVFROM", SocketIoctl: "SOCKET_IOCTL",
	SocketPoll: "SOCKET_POLL", SocketSetSockOpt: "SOCKET_SETSOCKOPT",
	SocketGetSockOpt: "SOCKET_GETSOCKOPT", SocketGetPeerName: "SOCKET_GETPEERNAME",
}

// adafruitName returns the name of a command that means something else in
// Adafruit's firmware, "" for the others.
func adafruitName(c Command) string {
	switch c {
	case SetCliCert:
		return "SET_CLI_CERT"
	case SetPK:
		return "SET_PK"
	case SetEntIdent:
		return "SET_ENT_IDENT"
	case SetEntUName:
		return "SET_ENT_UNAME"
	case SetEntPasswd:
		return "SET_ENT_PASSWD"
	case SetEntCACert:
		return "SET_ENT_CA_CERT"
	case SetEntCertKey:
		return "SET_ENT_CERT_KEY"
	case SetEntEnable:
		return "SET_ENT_ENABLE"
	}
	return ""
}
