package bus

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryOpHasASpec(t *testing.T) {
	seen := map[string]Op{}
	for op := OpNone + 1; op < opCount; op++ {
		spec := op.Spec()
		assert.NotEmptyf(t, spec.Name, "op %d", op)
		assert.Equal(t, spec.Name, op.String())
		assert.NotContains(t, seen, spec.Name)
		seen[spec.Name] = op
		checkFields(t, spec.Name+" arguments", spec.Args, SlotNone+1, SlotDeadline)
		checkFields(t, spec.Name+" results", spec.Results, SlotAddr, SlotN)
	}
	assert.Len(t, seen, int(opCount)-1)
}

// checkFields wants names and slots that are there, and each once.
func checkFields(t *testing.T, what string, fields []Field, first, last Slot) {
	t.Helper()
	names, slots := map[string]bool{}, map[Slot]bool{}
	for _, f := range fields {
		assert.NotEmpty(t, f.Name, what)
		assert.False(t, names[f.Name], "%s: %s twice", what, f.Name)
		assert.False(t, slots[f.Slot], "%s: slot of %s twice", what, f.Name)
		assert.GreaterOrEqual(t, f.Slot, first, what)
		assert.LessOrEqual(t, f.Slot, last, what)
		names[f.Name], slots[f.Slot] = true, true
	}
}

// The numbers are in traces: they never change.
func TestOpNumbersAreThoseOfTheFormat(t *testing.T) {
	for op, name := range []string{"call", "NetConnect", "NetDisconnect", "GetHardwareAddr", "GetHostByName", "Addr", "Socket",
		"Bind", "Connect", "Listen", "Accept", "Send", "Recv", "Close", "SetSockOpt", "Exchange", "SendTo", "RecvFrom"} {
		assert.Equal(t, name, Op(op).String())
	}
}

func TestAnUnknownOpHasNoSpec(t *testing.T) {
	for _, op := range []Op{OpNone, opCount, 255} {
		assert.Equal(t, OpSpec{}, op.Spec())
		assert.Equal(t, "call", op.String())
	}
}

func TestEveryFaultHasItsOwnText(t *testing.T) {
	seen := map[string]bool{Fault(0).Error(): true}
	for f := ErrReadyTimeout; f <= ErrClosed; f++ {
		assert.False(t, seen[f.Error()], f.Error())
		seen[f.Error()] = true
		assert.Equal(t, f == ErrReadyTimeout || f == ErrTurnTimeout, f.Timeout())
	}
	assert.Equal(t, "unknown bus fault", Fault(99).Error())
}
