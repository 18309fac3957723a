package probe

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Config says what to probe. Only Bus is required.
type Config struct {
	// Bus leads to the coprocessor. The probe resets it and has it alone.
	Bus bus.Bus
	// Ident asks the other end of the link what it is. Nil: the bus is no
	// link, or does not tell.
	Ident func() (string, error)
	// Cause tells why the Bus returned [bus.ErrLink]; nil when nobody knows.
	Cause func() error

	SSID       string // of the network to join; empty: what needs one is skipped
	Passphrase string // empty: the network is open
	Host       string // a name to resolve; empty: skipped
	Server     string // name or IPv4 address to connect to by TCP; empty: skipped
	Port       uint16 // of Server
}

// Limits of what the firmware may take. The slow commands are scans, lookups
// and connecting; a ping alone takes 5 s to fail.
const (
	replyLimit = 2 * time.Second
	slowLimit  = 20 * time.Second
	joinLimit  = 20 * time.Second
)

// A prober is a probe at work.
type prober struct {
	cfg    Config
	bus    bus.Bus // in turns alone
	turns  bus.Arbiter
	dev    *wifinina.Device
	buf    [wire.MaxFrame]byte
	joined bool
}

// Run makes the checks in their order and passes the result of each to report
// as soon as it is known. It ends early when the link or the firmware is gone:
// what cannot work any more fails once. Every check takes a limited time as
// long as the calls of the Bus do. An error of report ends it. When ctx is done Run returns its error after
// the check at work, whose result nobody wants; closing the Bus ends that too.
func Run(ctx context.Context, cfg Config, report func(Result) error) error {
	p := newProber(cfg)
	if cfg.SSID != "" {
		defer p.dev.NetDisconnect() // ends what the driver does by itself
	}
	for i := range checks {
		if err := ctx.Err(); err != nil {
			return err
		}
		start := time.Now()
		detail, err := checks[i].run(p)
		r := Result{Check: checks[i].name, Detail: detail, Took: time.Since(start)}
		over := false
		if err != nil {
			over = p.judge(&r, err, checks[i].vital)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := report(r); err != nil || over {
			return err
		}
	}
	return nil
}

// newProber returns a prober with a driver that shares its turns of the bus.
func newProber(cfg Config) *prober {
	p := &prober{cfg: cfg, bus: cfg.Bus}
	if a, ok := cfg.Bus.(bus.Arbiter); ok {
		p.turns = a
	} else {
		p.turns = bus.NewTurns(bus.System{})
		p.bus = struct {
			bus.Bus
			bus.Arbiter
		}{cfg.Bus, p.turns}
	}
	p.dev = wifinina.New(&wifinina.Config{Bus: p.bus, ReplyTimeout: replyLimit, SlowTimeout: slowLimit})
	return p
}

// inTurn uses the bare bus, while the driver waits.
func (p *prober) inTurn(f func() error) error {
	if err := p.turns.Acquire(0, time.Time{}); err != nil {
		return err
	}
	defer p.turns.Release(0)
	return f()
}

// judge gives the verdict on a check that did not go well, and reports whether
// there is no point in going on.
func (p *prober) judge(r *Result, err error, vital bool) (over bool) {
	var skip skipped
	if errors.As(err, &skip) {
		r.Verdict, r.Detail = Skip, string(skip)
		return false
	}
	r.Verdict, r.Detail = Fail, p.reason(err)
	if over = vital || !p.alive(err); over {
		r.Detail += " (the checks that follow are not made)"
	}
	return over
}

// reason returns what an error says, in one line, and why the link failed.
func (p *prober) reason(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", ": ") // errors that were joined
	if errors.Is(err, bus.ErrLink) && p.cfg.Cause != nil && p.cfg.Cause() != nil {
		text += ": " + p.cfg.Cause().Error()
	}
	return text
}

// alive reports whether the coprocessor still answers after an error, if need
// be after a reset, which costs it its network.
func (p *prober) alive(err error) bool {
	var fault bus.Fault
	var frame wire.Error
	switch {
	case errors.As(err, &fault) && (fault == bus.ErrLink || fault == bus.ErrClosed):
		return false
	case !errors.As(err, &fault) && !errors.As(err, &frame):
		return true
	}
	if _, err := p.dev.Status(); err == nil {
		return true
	}
	before := p.dev.Stats().Resets
	if p.dev.Start() != nil {
		return false
	}
	if p.joined && p.dev.Stats().Resets != before {
		p.dev.NetDisconnect()
		p.joined = false
	}
	return true
}
