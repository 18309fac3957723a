package netdevtest_test

import (
	"testing"

	"github.com/ninatrace/ninatrace/netdev/netdevtest"
)

func TestTheHost(t *testing.T) {
	netdevtest.TestNetdever(t, func(t *testing.T) netdevtest.Setup {
		return netdevtest.Setup{Device: netdevtest.Host(), Silent: silent(t)}
	})
}
