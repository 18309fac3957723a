package netdev

import (
	"errors"
	"net"
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type device struct{ Netdever }

func TestUseNetdev(t *testing.T) {
	defer UseNetdev(nil)
	require.Nil(t, Current())
	dev := &device{}
	UseNetdev(dev)
	assert.Same(t, dev, Current())
	UseNetdev(nil)
	assert.Nil(t, Current())
}

func TestEveryErrorHasItsOwnText(t *testing.T) {
	seen := map[string]Error{}
	for e := ErrHostUnknown; e <= ErrInvalidArgument; e++ {
		other, taken := seen[e.Error()]
		assert.Falsef(t, taken, "errors %d and %d say the same", e, other)
		seen[e.Error()] = e
		assert.NotEqual(t, Error(0).Error(), e.Error())
	}
	assert.Equal(t, "unknown socket error", Error(200).Error())
}

// A program that asks a net.Error whether it was a timeout must get a yes.
func TestTimeoutIsANetError(t *testing.T) {
	var ne net.Error
	require.True(t, errors.As(ErrTimeout, &ne))
	assert.True(t, ne.Timeout())
	assert.True(t, os.IsTimeout(ErrTimeout))
	assert.False(t, os.IsTimeout(ErrHostUnknown))
}

// The method set is the contract with TinyGo's net package: a signature that
// drifts would only show on a board.
func TestNetdeverIsTinyGos(t *testing.T) {
	want := map[string]string{
		"Accept":        "func(int) (int, netip.AddrPort, error)",
		"Addr":          "func() (netip.Addr, error)",
		"Bind":          "func(int, netip.AddrPort) error",
		"Close":         "func(int) error",
		"Connect":       "func(int, string, netip.AddrPort) error",
		"GetHostByName": "func(string) (netip.Addr, error)",
		"Listen":        "func(int, int) error",
		"Recv":          "func(int, []uint8, int, time.Time) (int, error)",
		"Send":          "func(int, []uint8, int, time.Time) (int, error)",
		"SetSockOpt":    "func(int, int, int, interface {}) error",
		"Socket":        "func(int, int, int) (int, error)",
	}
	typ := reflect.TypeFor[Netdever]()
	got := map[string]string{}
	for i := range typ.NumMethod() {
		m := typ.Method(i)
		got[m.Name] = m.Type.String()
	}
	assert.Equal(t, want, got)
}
