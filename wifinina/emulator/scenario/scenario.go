package scenario

import (
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// A Scenario is a world and what goes wrong in it. The zero Scenario is the
// world of a zero [emulator.Config], in which nothing does.
type Scenario struct {
	Config emulator.Config        // the module and its world; a file sets no Clock, Roots, Network or Strikes
	Memory *emulator.MemoryConfig // the network in memory the module is on; nil: that of Config
	Chaos  emulator.Chaos
	Steps  []emulator.Fault // counted from Start
}

// New powers a module on and starts the scenario on it. With Memory it is on lan,
// at the address of the lease, where lan is a network made of it; nil makes a
// new one.
func (s *Scenario) New(lan *emulator.Memory) *emulator.Emulator {
	cfg := s.Config
	if s.Memory != nil {
		if lan == nil {
			lan = emulator.NewMemory(*s.Memory)
		}
		cfg.Network = lan.Node(cfg.Lease.Address())
	}
	chip := emulator.New(cfg)
	s.Start(chip)
	return chip
}

// Start lets begin on a module what is to go wrong. Times and commands are
// counted from then on.
func (s *Scenario) Start(chip *emulator.Emulator) {
	chip.SetChaos(s.Chaos)
	for _, f := range s.Steps {
		chip.Inject(f)
	}
}
