package endpoint

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNamesOfEndpoints(t *testing.T) {
	for name, want := range map[string]address{
		"tcp://127.0.0.1:7000":           {"tcp", "127.0.0.1:7000", 0},
		"tcp://[::1]:7000":               {"tcp", "[::1]:7000", 0},
		"tcp://:7000":                    {"tcp", ":7000", 0},
		"serial:///dev/ttyACM0":          {"serial", "/dev/ttyACM0", DefaultBaud},
		"serial:///dev/ttyUSB0?baud=921": {"serial", "/dev/ttyUSB0", 921},
		"serial://COM3?baud=9600":        {"serial", "COM3", 9600},
		"/dev/cu.usbmodem14201":          {"serial", "/dev/cu.usbmodem14201", DefaultBaud},
		"COM12":                          {"serial", "COM12", DefaultBaud},
	} {
		got, err := parse(name)
		require.NoError(t, err, name)
		assert.Equal(t, want, got)
	}
	for _, name := range []string{"", "localhost:7000", "ttyACM0", "tcp://localhost", "tcp://localhost:7000/x", "tcp://h:1?baud=3",
		"serial://", "serial:///dev/x?baud=fast", "serial:///dev/x?baud=0", "serial:///dev/x?parity=odd", "serial:///dev/x?baud=1&baud=2",
		"udp://localhost:7000", "tcp://%zz:1"} {
		_, err := parse(name)
		var bad *NameError
		require.ErrorAs(t, err, &bad, name)
		assert.Equal(t, name, bad.Name)
		_, err = Open(t.Context(), name)
		assert.Equal(t, bad, err, name)
	}
}

func TestTCPIsListenedAtAndOpened(t *testing.T) {
	l, err := Listen(t.Context(), "tcp://127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err == nil {
			io.Copy(c, c)
		}
	}()
	c, err := Open(t.Context(), "tcp://"+l.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Write([]byte("there and back"))
	require.NoError(t, err)
	got := make([]byte, 14)
	_, err = io.ReadFull(c, got)
	require.NoError(t, err)
	assert.Equal(t, "there and back", string(got))
}

func TestOnlyTCPIsListenedAt(t *testing.T) {
	_, err := Listen(t.Context(), "/dev/ttyACM0")
	assert.ErrorContains(t, err, "only TCP")
	_, err = Listen(t.Context(), "nowhere")
	assert.ErrorContains(t, err, "not an endpoint")
}

func TestAPortThatIsNotThereIsNamed(t *testing.T) {
	_, err := Open(t.Context(), "/dev/ttyNotHere9")
	assert.ErrorContains(t, err, "/dev/ttyNotHere9: ")
}

func TestPortsAreInOrder(t *testing.T) {
	ports, err := Ports()
	require.NoError(t, err)
	for i := 1; i < len(ports); i++ {
		assert.Less(t, ports[i-1].Name, ports[i].Name)
	}
}
