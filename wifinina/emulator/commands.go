package emulator

import "github.com/ninatrace/ninatrace/wifinina/wire"

// A handler executes one command: it reads the parameters from the command
// buffer and sends the answer. One without either function is a command this
// firmware does not have.
type handler struct {
	// quick runs with the lock held and is done when it returns.
	quick func(*firmware)
	// slow runs with the lock held too; what it returns, if anything, waits
	// for the network and runs without the lock, in its own goroutine.
	slow func(*firmware) (task func())
}

// handler finds the handler of the command in the buffer. The firmware wants
// E0 and a number its table has, and checks nothing else (reference §3.3).
func (f *firmware) handler() handler {
	f.cmd = wire.Command(f.in[1])
	if f.in[0] != wire.StartByte || int(f.cmd) >= len(f.e.handlers) {
		return handler{}
	}
	return f.e.handlers[f.cmd]
}

// handlers returns the handlers of the commands this release has.
func (p Profile) handlers() (table [0x80]handler) {
	version, _ := wire.ParseVersion(p.Version)
	for c := range table {
		since := wire.Since(wire.Command(c), p.Family)
		if since != 0 && since <= version {
			table[c] = handlers[c]
			if own, ok := adafruitHandlers[wire.Command(c)]; ok && p.Family == wire.Adafruit {
				table[c] = own
			}
		}
	}
	return table
}

// handlers holds all commands of Arduino 2.0.0. APPLY_OTA (0x65) is answered as
// an unknown one by the firmware itself. See also adafruitHandlers.
var handlers = [0x80]handler{
	wire.SetNet:            {quick: setNet},
	wire.SetPassphrase:     {quick: setPassphrase},
	wire.SetKey:            {quick: setKey},
	wire.SetIPConfig:       {quick: setIPConfig},
	wire.SetDNSConfig:      {quick: setDNSConfig},
	wire.SetHostname:       {quick: setHostname},
	wire.SetPowerMode:      {quick: accept},
	wire.SetAPNet:          {quick: setAPNet},
	wire.SetAPPassphrase:   {quick: setAPPassphrase},
	wire.SetDebug:          {quick: accept},
	wire.GetTemperature:    {quick: getTemperature},
	wire.GetDNSConfig:      {quick: getDNSConfig},
	wire.GetReasonCode:     {quick: getReasonCode},
	wire.GetConnStatus:     {quick: getConnStatus},
	wire.GetIPAddr:         {quick: getIPAddr},
	wire.GetMACAddr:        {quick: getMACAddr},
	wire.GetCurrSSID:       {quick: getCurrSSID},
	wire.GetCurrBSSID:      {quick: getCurrBSSID},
	wire.GetCurrRSSI:       {quick: getCurrRSSI},
	wire.GetCurrEncT:       {quick: getCurrEncT},
	wire.ScanNetworks:      {quick: scanNetworks},
	wire.StartServerTCP:    {quick: startServer},
	wire.GetStateTCP:       {quick: getState},
	wire.DataSentTCP:       {quick: dataSent},
	wire.AvailDataTCP:      {quick: availData},
	wire.GetDataTCP:        {quick: getData},
	wire.StartClientTCP:    {slow: startClient},
	wire.StopClientTCP:     {quick: stopClient},
	wire.GetClientStateTCP: {quick: getClientState},
	wire.Disconnect:        {quick: disconnect},
	wire.GetIdxRSSI:        {quick: getIdxRSSI},
	wire.GetIdxEncT:        {quick: getIdxEncT},
	wire.ReqHostByName:     {slow: reqHostByName},
	wire.GetHostByName:     {quick: getHostByName},
	wire.StartScanNetworks: {quick: accept},
	wire.GetFWVersion:      {quick: getFWVersion},
	wire.SendDataUDP:       {quick: sendDataUDP},
	wire.GetRemoteData:     {quick: getRemoteData},
	wire.GetTime:           {quick: getTime},
	wire.GetIdxBSSID:       {quick: getIdxBSSID},
	wire.GetIdxChannel:     {quick: getIdxChannel},
	wire.Ping:              {quick: ping},
	wire.GetSocket:         {quick: getSocket},
	wire.SetEnt:            {quick: setEnt},
	wire.SendDataTCP:       {slow: sendData},
	wire.GetDatabufTCP:     {quick: getDatabuf},
	wire.InsertDatabuf:     {quick: insertDatabuf},
	wire.SetPinMode:        {quick: setPinMode},
	wire.SetDigitalWrite:   {quick: digitalWrite},
	wire.SetAnalogWrite:    {quick: analogWrite},
	wire.GetDigitalRead:    {quick: digitalRead},
	wire.GetAnalogRead:     {quick: analogRead},
	wire.WriteFile:         {quick: writeFile},
	wire.ReadFile:          {quick: readFile},
	wire.DeleteFile:        {quick: deleteFile},
	wire.ExistsFile:        {quick: existsFile},
	wire.DownloadFile:      {slow: downloadFile},
	wire.RenameFile:        {quick: renameFile},
	wire.DownloadOTA:       {slow: downloadOTA},
	wire.SocketSocket:      {quick: socketSocket},
	wire.SocketClose:       {quick: socketClose},
	wire.SocketErrno:       {quick: socketErrno},
	wire.SocketBind:        {quick: socketBind},
	wire.SocketListen:      {quick: socketListen},
	wire.SocketAccept:      {slow: socketAccept},
	wire.SocketConnect:     {slow: socketConnect},
	wire.SocketSend:        {slow: socketSend},
	wire.SocketRecv:        {slow: socketRecv},
	wire.SocketSendTo:      {slow: socketSendTo},
	wire.SocketRecvFrom:    {slow: socketRecvFrom},
	wire.SocketIoctl:       {quick: socketIoctl},
	wire.SocketPoll:        {quick: socketPoll},
	wire.SocketSetSockOpt:  {quick: socketSetSockOpt},
	wire.SocketGetSockOpt:  {quick: socketGetSockOpt},
	wire.SocketGetPeerName: {quick: socketGetPeerName},
}

// accept answers 1 and does nothing: power saving and the debug console have
// no effect here, START_SCAN_NETWORKS has none in the firmware either.
func accept(f *firmware) { f.answer(wire.Flag(true)) }
