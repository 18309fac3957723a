package lint

import (
	"fmt"
	"slices"
)

// A Rule is one thing to look for. All but its severity, its texts and its
// firmware is stable: an ID once given is never used for anything else.
type Rule struct {
	ID       string   `json:"rule"`     // such as "NT301"; the first digit is the subject
	Name     string   `json:"name"`     // such as "no-free-slot"
	Severity Severity `json:"severity"` // of its findings
	Title    string   `json:"title"`    // what was seen, in a few words; the finding's text where decode makes it
	Why      string   `json:"why"`      // why it matters, a sentence
	Do       string   `json:"do"`       // what to do, a sentence
	Firmware Firmware `json:"firmware"` // the releases it concerns
	Source   string   `json:"source"`   // of the facts: § nina-protocol.md, "observed" nina-observed.md, `name` a quirk, OWNER/NAME#N a thread

	check func() check // makes what looks for it; nil: decode does
}

// A check looks at one step of a session.
type check func(*step)

// register is all rules by ID. It is made once and never written.
var register = slices.Concat(requestRules, replyRules, handshakeRules, parityRules, resetRules, recordingRules,
	slotRules, staleRules, listenerRules, sendRules, sizeRules, pollRules, udpRules, udpReceiveRules, joinRules, linkRules,
	accessPointRules, nameRules, connectRules, tlsRules, versionRules)

// Rules returns the register, by ID. The rules are shared and must not be
// written.
func Rules() []*Rule {
	list := make([]*Rule, len(register))
	for i := range register {
		list[i] = &register[i]
	}
	return list
}

// Find returns the rule of an ID or a name.
func Find(name string) (*Rule, error) {
	for i := range register {
		if r := &register[i]; r.ID == name || r.Name == name {
			return r, nil
		}
	}
	return nil, fmt.Errorf("no rule is called %q", name)
}
