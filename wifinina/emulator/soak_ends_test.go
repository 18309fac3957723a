package emulator

import (
	"net/netip"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// tenConnections makes ten connections, which end in as many ways, and lets
// every socket at work do some.
func (s *soak) tenConnections() {
	for _, end := range []func(){
		s.hostStops, s.peerCloses, s.peerResets, s.refused, s.servedAndClosed,
		s.neverAccepted, s.hostClosesFD, s.peerClosesFD, s.peerResetsFD, s.refusedFD,
	} {
		end()
		s.connections++
	}
	s.exchange()
}

func (s *soak) hostStops() {
	far := s.dialSlot()
	s.expect(sendDataCmd(soakSlot, "bye"), writtenIs(3))
	s.expect(stop(soakSlot), stopped)
	require.NoError(s.t, far.Close())
}

func (s *soak) peerCloses() {
	require.NoError(s.t, s.dialSlot().Close())
	s.poll(state(soakSlot), stateClosed)
}

func (s *soak) peerResets() {
	far := s.dialSlot()
	s.lan.Reset(far.at.local)
	s.poll(state(soakSlot), stateClosed)
	require.NoError(s.t, far.Close())
}

func (s *soak) refused() { s.expect(startClientAt(s.nobody(), soakSlot), failedStart) }

func (s *soak) servedAndClosed() {
	far := s.come()
	_, err := far.Write([]byte("GET"))
	require.NoError(s.t, err)
	s.poll(avail(soakListener), availIs(soakSlot))
	s.expect(getDatabufCmd(soakSlot, 100), dataIs("GET"))
	require.NoError(s.t, far.Close())
	s.poll(state(soakSlot), stateClosed)
}

// neverAccepted is a client that has left before the host looked; it is in the
// way of the next until it was taken.
func (s *soak) neverAccepted() {
	require.NoError(s.t, s.come().Close())
	s.poll(acceptC(soakListener), availIs(soakSlot))
	s.expect(stop(soakSlot), stopped)
}

func (s *soak) hostClosesFD() {
	far := s.dialFD(soakFD)
	s.expect(sendFD(soakFD, "bye"), sentIs(3))
	s.expect(closeFD(soakFD), closedIs(1))
	require.NoError(s.t, far.Close())
}

func (s *soak) peerClosesFD() {
	require.NoError(s.t, s.dialFD(soakFD).Close())
	s.expect(recvFD(soakFD, 10), noRecv) // waits for the end
	s.expect(closeFD(soakFD), closedIs(1))
}

func (s *soak) peerResetsFD() {
	far := s.dialFD(soakFD)
	s.lan.Reset(far.at.local)
	s.fails(recvFD(soakFD, 10), noRecv, wire.ECONNRESET)
	s.expect(closeFD(soakFD), closedIs(1))
	require.NoError(s.t, far.Close())
}

func (s *soak) refusedFD() {
	s.openFD(wire.SockStream, soakFD)
	s.expect(connectFDTo(soakFD, s.nobody()), noConnect)
	s.expect(closeFD(soakFD), closedIs(1))
}

// exchange sends and receives something on every socket at work.
func (s *soak) exchange() {
	for _, far := range s.streams {
		_, err := far.Write([]byte("ping"))
		require.NoError(s.t, err)
	}
	for i, port := range []uint16{webPort, webPort + 1} {
		_, err := s.datagrams[i].WriteToUDPAddrPort([]byte("ping"), netip.AddrPortFrom(moduleAddr, port))
		require.NoError(s.t, err)
	}
	time.Sleep(time.Millisecond)
	for slot := range soakClients {
		s.expect(getDatabufCmd(slot, 100), dataIs("ping"))
	}
	for i := range soakStreams {
		s.expect(recvFD(soakStream+i, 100), recvIs("ping"))
	}
	s.expect(getDatabufCmd(soakUDP, 100), dataIs("ping"))
	s.expect(recvFD(soakDatagram, 100), recvIs("ping"))
}
