package bus

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOneTurnAtATime(t *testing.T) {
	turns := NewTurns(System{})
	inside, rounds := 0, 0 // -race tells if the turns overlap
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			until := time.Time{}
			if i%2 == 0 {
				until = time.Now().Add(time.Minute)
			}
			for range 50 {
				if !assert.NoError(t, turns.Acquire(CallID(i), until)) {
					return
				}
				inside++
				assert.Equal(t, 1, inside)
				inside--
				rounds++
				turns.Release(CallID(i))
			}
		}()
	}
	wg.Wait()
	assert.Equal(t, 8*50, rounds)
}

func TestATurnIsWaitedForUntilTheDeadline(t *testing.T) {
	clock := &handClock{now: time.Unix(1000, 0)}
	turns := NewTurns(clock)
	require.NoError(t, turns.Acquire(1, time.Time{}))
	until := clock.now.Add(10*time.Millisecond + time.Microsecond)
	assert.Equal(t, ErrTurnTimeout, turns.Acquire(2, until))
	assert.Equal(t, until, clock.now, "not a moment longer")
	assert.Equal(t, ErrTurnTimeout, turns.Acquire(2, clock.now.Add(-time.Hour)))
	turns.Release(1)
	require.NoError(t, turns.Acquire(2, clock.now.Add(-time.Hour)), "a free bus is given whatever the deadline")
	turns.Release(2)
}

func TestSystemClock(t *testing.T) {
	c := System{}
	start := c.Now()
	c.Sleep(time.Millisecond)
	assert.GreaterOrEqual(t, c.Since(start), time.Millisecond)
}

// An allBus is a Bus that is everything else as well.
type allBus struct {
	*PinBus
	*Turns
}

func (allBus) Begin(Call) CallID      { return 7 }
func (allBus) End(CallID, Op, Result) {}

func TestABusMayBeArbiterAndTracer(t *testing.T) {
	plain, all := &PinBus{}, allBus{}
	assert.Nil(t, TracerOf(plain))
	assert.Equal(t, Tracer(all), TracerOf(all))
	assert.Equal(t, Arbiter(all), ArbiterOf(all, System{}))
	assert.IsType(t, &Turns{}, ArbiterOf(plain, System{}))
}
