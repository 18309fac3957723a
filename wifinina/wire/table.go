package wire

//go:generate sh -c "go run ../../internal/protocoldoc > ../../docs/protocol.md"

// A row is what the table says of one command. See [layout] for why it is made
// of strings.
type row struct {
	forms string // see row.form
	reply layout
	kind  ReplyKind
	slow  bool
	since [2]Version
}

// known reports whether the row says anything.
func (r row) known() bool { return r.reply != "" || r.kind == Always }

// unknown is the row of a command that has none.
var unknown = row{forms: string(anything), reply: anything, kind: Repeated}

// rowOf returns what a firmware family has under a command, the other family's
// row where it has none, and the row unknown where nobody has one.
func rowOf(c Command, f Family) row {
	if c >= commandCount {
		return unknown
	}
	own := c >= adafruitFirst && c-adafruitFirst < Command(len(adafruitRows))
	if own && (f == Adafruit || !rows[c].known()) && adafruitRows[c-adafruitFirst].known() {
		return adafruitRows[c-adafruitFirst]
	}
	if rows[c].known() {
		return rows[c]
	}
	return unknown
}

// Since returns the first firmware release of family f that has the command:
// 0 when the family never had it, [Unreleased] when only a branch or a host
// library knows it.
func Since(c Command, f Family) Version { return rowOf(c, f).since[f&1] }

// Slow reports whether the firmware may work on the command for seconds before
// it replies.
func Slow(c Command, f Family) bool { return rowOf(c, f).slow }

// First releases that many commands share (reference §4.9), Arduino's first.
var (
	since100    = [2]Version{V(1, 0, 0), V(1, 0, 0)}
	since123    = [2]Version{V(1, 2, 3), V(2, 0, 0)}
	since140    = [2]Version{V(1, 4, 0), V(2, 0, 0)}
	since141    = [2]Version{V(1, 4, 1), V(2, 0, 0)}
	since145    = [2]Version{V(1, 4, 5), V(1, 5, 0)}
	since150    = [2]Version{V(1, 5, 0), V(2, 0, 0)}
	since160    = [2]Version{V(1, 6, 0), V(2, 0, 0)}
	unreleased  = [2]Version{Unreleased, 0}
	adafruit140 = [2]Version{0, V(1, 4, 0)}
)

// Parameters that many commands share.
const (
	dummy       = filler
	status      = "status" + u8
	ssid        = "ssid" + text
	passphrase  = "passphrase" + secretText
	channel     = "channel" + u8
	channelLen  = "channel" + blob
	index       = "index" + u8
	sock        = "sock" + u8
	wideSock    = "sock" + wideU8
	ip          = "ip" + ipv4
	port        = "port" + u16be
	portLE      = "port" + u16le
	mode        = "mode" + u8
	data        = "data" + blob
	wideData    = "data" + wideBlob
	countLE     = "count" + u16le
	wideCountLE = "count" + wideU16LE
	countBE     = "count" + u16be
	pin         = "pin" + u8
	value       = "value" + u8
	file        = "offset" + u32le + "len" + u32le + "filename" + text
	key         = "key" + text
	prefType    = "type" + u8
	host        = "host" + text
	server      = port + sock + mode
	client      = ip + port + sock + mode
)

// What several senders do alike.
const (
	noDummy   = also + "CircuitPython" + right
	pinForms  = pin + mode + also + "WiFiNINA" + onePadToo + pin + mode + also + "TinyGo" + says1Pad + pin + mode
	setForms  = pin + value + also + "WiFiNINA" + onePadToo + pin + value + also + "TinyGo" + says1Pad + pin + value
	fileForms = file + also + "WiFiNINA 2" + skewTwo + file
	prefNone  = also + "WiFiNINA 2" + threePads
)

// rows is the table: Arduino's firmware, and what both families share
// (reference §4; padding habits: nina-observed "Padding"; TinyGo's:
// tinygo.org/x/drivers/wifinina v0.37.0).
var rows = [commandCount]row{
	SetNet:        {forms: ssid, reply: status, slow: true, since: since100},
	SetPassphrase: {forms: ssid + passphrase, reply: status, slow: true, since: since100},
	SetKey:        {forms: ssid + index + "key" + secretBlob, reply: status, slow: true, since: since100},
	SetIPConfig:   {forms: "valid" + u8 + ip + "gateway" + ipv4 + "mask" + ipv4, reply: status, since: since100},
	SetDNSConfig:  {forms: "valid" + u8 + "dns1" + ipv4 + "dns2" + ipv4, reply: status, since: since100},
	SetHostname:   {forms: "name" + text + also + "TinyGo" + says3 + "name" + text, reply: status, since: since100},
	SetPowerMode:  {forms: mode, reply: status, since: since100},
	SetAPNet: {forms: ssid + channel + also + "TinyGo" + right + ssid +
		also + "CircuitPython" + right + ssid + channelLen,
		reply: status, slow: true, since: since100},
	SetAPPassphrase: {forms: ssid + passphrase + channel + also + "TinyGo" + right + ssid + passphrase +
		also + "CircuitPython" + right + ssid + passphrase + channelLen,
		reply: status, slow: true, since: since100},
	SetDebug:       {forms: value, reply: status, since: since100},
	GetTemperature: {reply: "temperature" + f32le, since: since100},
	GetDNSConfig:   {forms: dummy + noDummy, reply: "dns1" + ipv4 + "dns2" + ipv4, since: since160},
	GetReasonCode:  {reply: "reason" + u8, since: since123},

	GetConnStatus: {reply: status, since: since100},
	GetIPAddr:     {forms: dummy + noDummy, reply: ip + "mask" + ipv4 + "gateway" + ipv4, since: since100},
	GetMACAddr:    {forms: dummy + noDummy, reply: "mac" + mac, since: since100},
	GetCurrSSID:   {forms: dummy + noDummy, reply: ssid, since: since100},
	GetCurrBSSID:  {forms: dummy + noDummy, reply: "bssid" + mac, since: since100},
	GetCurrRSSI:   {forms: dummy + noDummy, reply: "rssi" + i32le, since: since100},
	GetCurrEncT:   {forms: dummy + noDummy, reply: "encryption" + u8, since: since100},
	ScanNetworks:  {reply: ssid, kind: Repeated, slow: true, since: since100},

	StartServerTCP: {forms: server + also + right + ip + server, reply: status, since: since100},
	GetStateTCP:    {forms: sock, reply: "state" + u8, since: since100},
	DataSentTCP:    {forms: sock, reply: status, since: since100},
	AvailDataTCP:   {forms: sock + "accept" + u8 + also + right + sock, reply: countLE, since: since100},
	GetDataTCP: {forms: sock + "peek" + u8 + also + "WiFiNINA" + right + sock + "peek" + u16be,
		reply: data, since: since100},
	StartClientTCP: {forms: client + also + right + host + client +
		also + "WiFiNINA 2" + right + host + client + "timeout" + u16be,
		reply: status, kind: OrEmpty, slow: true, since: since100},
	StopClientTCP:     {forms: sock, reply: status, since: since100},
	GetClientStateTCP: {forms: sock, reply: "state" + u8, since: since100},

	Disconnect:        {forms: dummy + noDummy, reply: status, since: since100},
	GetIdxRSSI:        {forms: index, reply: "rssi" + i32le, since: since100},
	GetIdxEncT:        {forms: index, reply: "encryption" + u8, since: since100},
	ReqHostByName:     {forms: host, reply: status, slow: true, since: since100},
	GetHostByName:     {reply: ip, since: since100},
	StartScanNetworks: {reply: status, since: since100},
	GetFWVersion:      {reply: "version" + ctext, since: since100},
	StopServerTCP:     {forms: sock + also + "WiFiNINA 2" + unpadded + sock, reply: status, since: unreleased},
	SendDataUDP:       {forms: sock, reply: status, since: since100},
	GetRemoteData:     {forms: sock, reply: ip + port, since: since100},
	GetTime:           {reply: "time" + uintle, since: since100},
	GetIdxBSSID:       {forms: index, reply: "bssid" + mac, since: since100},
	GetIdxChannel:     {forms: index, reply: channel, since: since100},
	Ping:              {forms: ip + "ttl" + u8, reply: "ms" + i16le, slow: true, since: since100},
	GetSocket:         {reply: sock, since: since100},

	// With a type other than 0 (EAP-TLS) username and password hold the
	// certificate and the key in PEM, so both are secret.
	SetEnt: {forms: entForm + also + "WiFiNINA" + onePadToo + entForm,
		reply: status, slow: true, since: [2]Version{V(1, 3, 0), 0}},
	SendDataTCP:   {forms: wideSock + wideData, reply: countLE, slow: true, since: since100},
	GetDatabufTCP: {forms: wideSock + wideCountLE, reply: wideData, since: since100},
	InsertDatabuf: {forms: wideSock + wideData, reply: status, since: since100},

	BLEBegin:     {reply: status, since: unreleased},
	BLEEnd:       {reply: status, since: unreleased},
	BLEAvailable: {reply: countBE, since: unreleased},
	BLEPeek:      {forms: countLE, reply: wideData, since: unreleased},
	BLERead:      {forms: countLE, reply: wideData, since: unreleased},
	BLEWrite:     {forms: wideData, reply: countLE, since: unreleased},

	SetPinMode:      {forms: pinForms, reply: status, since: since100},
	SetDigitalWrite: {forms: setForms, reply: status, since: since100},
	SetAnalogWrite:  {forms: setForms, reply: status, since: since100},
	GetDigitalRead:  {forms: pin, reply: value, since: since145},
	GetAnalogRead:   {forms: channel, reply: "value" + u16le, since: [2]Version{V(1, 4, 5), 0}},

	PrefBegin: {forms: "name" + text + "readonly" + u8 + also + right + "name" + text + "readonly" + u8 + "partition" + text,
		reply: status, since: unreleased},
	PrefEnd:    {reply: status, since: unreleased},
	PrefClear:  {forms: prefNone, reply: status, since: unreleased},
	PrefRemove: {forms: key, reply: status, since: unreleased},
	PrefLen:    {forms: key, reply: "len" + uintle, since: unreleased},
	PrefStat:   {forms: prefNone, reply: "count" + u32le, since: unreleased},
	PrefPut: {forms: key + prefType + "value" + wideBlob + also + "WiFiNINA 2" + onePadToo + key + prefType + "value" + wideBlob,
		reply: "count" + uintle, since: unreleased},
	PrefGet:         {forms: key + prefType, reply: "value" + wideBlob, since: unreleased},
	PrefGetType:     {forms: key, reply: prefType, since: unreleased},
	GetFWVersionU32: {reply: "version" + blob, since: unreleased},
	SetTime:         {forms: "time" + u32le, reply: status, since: unreleased},

	WriteFile: {forms: file + "data" + counted + also + "WiFiNINA 1" + noData + file + "data" + counted +
		also + "WiFiNINA 2" + noDataTwo + file + "data" + counted,
		reply: "count" + intle, kind: Written, slow: true, since: since140},
	ReadFile:       {forms: fileForms, reply: data, since: since140},
	DeleteFile:     {forms: fileForms, kind: Always, slow: true, since: since140},
	ExistsFile:     {forms: fileForms, reply: "len" + i32le, kind: Stray, since: since140},
	DownloadFile:   {forms: "url" + text + "filename" + text, kind: Always, slow: true, since: since140},
	ApplyOTA:       {kind: Always, slow: true, since: since140},
	RenameFile:     {forms: "old" + text + "new" + text, reply: "errno" + u8, since: since140},
	DownloadOTA:    {forms: "url" + text, reply: status, slow: true, since: since141},
	BRSSLSetECTA:   {forms: "dn" + wideBlob + "flags" + u16be + "curve" + u16be + "key" + wideBlob, reply: status, since: unreleased},
	BRSSLErrorCode: {reply: "value" + i32le, since: unreleased},

	SocketSocket:      {forms: "type" + u8 + "proto" + u8, reply: "fd" + u8, since: since150},
	SocketClose:       {forms: sock, reply: status, since: since150},
	SocketErrno:       {reply: "errno" + u8, since: since150},
	SocketBind:        {forms: sock + port, reply: status, since: since150},
	SocketListen:      {forms: sock + "backlog" + u8, reply: status, since: since150},
	SocketAccept:      {forms: sock, reply: "fd" + u8 + ip + portLE, slow: true, since: since150},
	SocketConnect:     {forms: sock + ip + port, reply: status, slow: true, since: since150},
	SocketSend:        {forms: wideSock + wideData, reply: countBE, slow: true, since: since150},
	SocketRecv:        {forms: sock + countLE, reply: wideData, slow: true, since: since150},
	SocketSendTo:      {forms: wideSock + "ip" + wideIPv4 + "port" + wideU16BE + wideData, reply: countBE, slow: true, since: since150},
	SocketRecvFrom:    {forms: sock + countLE, reply: "ip" + wideIPv4 + "port" + wideU16LE + wideData, slow: true, since: since150},
	SocketIoctl:       {forms: sock + "cmd" + u32le + "arg" + blob, reply: "arg" + blob, since: since150},
	SocketPoll:        {forms: sock, reply: "bits" + u8, since: since150},
	SocketSetSockOpt:  {forms: sock + "optname" + u32le + "value" + blob, reply: status, since: since150},
	SocketGetSockOpt:  {forms: sock + "optname" + u32le + "optlen" + u8, reply: "value" + blob, since: since150},
	SocketGetPeerName: {forms: sock, reply: status + ip + portLE, since: since150},
}

const entForm = "type" + wideU8 + "ssid" + wideText + "username" + wideSecretText +
	"password" + wideSecretText + "identity" + wideText + "cacert" + wideSecretCText

// adafruitFirst is the command of the first of adafruitRows.
const adafruitFirst = SetCliCert

// adafruitRows is where Adafruit's firmware differs (reference §4.4, §4.5).
var adafruitRows = [GetAnalogRead - adafruitFirst + 1]row{
	SetCliCert - adafruitFirst:    {forms: "cert" + secretWrapped, reply: status, since: adafruit140},
	SetPK - adafruitFirst:         {forms: "key" + secretWrapped, reply: status, since: adafruit140},
	SetEntIdent - adafruitFirst:   {forms: "identity" + text, reply: status, since: adafruit140},
	SetEntUName - adafruitFirst:   {forms: "username" + text, reply: status, since: adafruit140},
	SetEntPasswd - adafruitFirst:  {forms: "password" + secretText, reply: status, since: adafruit140},
	SetEntCACert - adafruitFirst:  {forms: "cacert" + secretWrapped, kind: Always, since: adafruit140},
	SetEntCertKey - adafruitFirst: {forms: "cert" + secretText + "key" + secretText, kind: Always, since: adafruit140},
	SetEntEnable - adafruitFirst:  {reply: status, since: adafruit140},
	GetAnalogRead - adafruitFirst: {forms: pin + "attenuation" + u8, reply: "value" + i32le,
		since: [2]Version{0, V(1, 5, 0)}},
}
