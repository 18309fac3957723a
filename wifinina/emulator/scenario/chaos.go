package scenario

import (
	"strconv"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

type chaos = emulator.Chaos

// chaosParams are what chaos has besides the rates of faults:
//
//	flip bit 0.001, reboot 0.0001, seed 7, longest 20ms
var chaosParams = []param[chaos]{
	{
		word: "seed",
		what: "whole number",
		set: func(c *chaos, text string) bool {
			var err error
			c.Seed, err = strconv.ParseUint(text, 10, 64)
			return err == nil
		},
		get: func(c chaos) string {
			if c.Seed == 0 {
				return ""
			}
			return strconv.FormatUint(c.Seed, 10)
		},
	},
	span("longest", 1, func(c *chaos) *time.Duration { return &c.For }),
}

// parseChaos reads the rates, each behind the name of its fault, and the rest.
func parseChaos(s *sentence) (c chaos, err error) {
	if len(s.words)-s.at == 1 && s.take("off") {
		return c, nil
	}
	c.Rates = make(map[emulator.FaultKind]float64)
	for {
		if err := fill(s, &c, chaosParams); err != nil {
			return c, err
		}
		if s.done() && len(c.Rates) > 0 {
			return c, nil
		}
		if err := takeRate(s, c.Rates); err != nil {
			return c, err
		}
	}
}

// takeRate reads a fault and its rate.
func takeRate(s *sentence, rates map[emulator.FaultKind]float64) error {
	column := s.peek().column
	k, wrong := takeKind(s)
	if wrong != nil {
		wrong.Choices = append(names(), words(chaosParams)...)
		return wrong
	}
	if _, twice := rates[k.FaultKind]; twice {
		return s.problem(column, "%q stands there twice", k)
	}
	rate, bad := strconv.ParseFloat(s.peek().text, 64)
	if bad != nil || !(rate >= 0 && rate <= 1) {
		return s.unexpected("share of the commands from 0 to 1", nil)
	}
	s.at++
	rates[k.FaultKind] = rate
	return nil
}

// formatChaos is the inverse of parseChaos.
func formatChaos(c chaos) string {
	var said []string
	for _, k := range kinds {
		if rate, ok := c.Rates[k.FaultKind]; ok {
			said = append(said, k.String()+" "+strconv.FormatFloat(rate, 'g', -1, 64))
		}
	}
	if said == nil {
		return "off"
	}
	return strings.Join(append(said, format(c, chaosParams)...), ", ")
}
