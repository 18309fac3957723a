package bus

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// A caller that looks for its turn now and then, because it has a deadline, is
// served among those that are woken for theirs: after at most one turn of each
// that came before, and the pause between two looks.
func TestACallerWithADeadlineIsServedAmongCallersWithout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const others, turn = 8, 2 * time.Millisecond
		turns := NewTurns(System{})
		end := time.Now().Add(time.Second)
		for i := range others {
			go func() {
				for time.Now().Before(end) {
					assert.NoError(t, turns.Acquire(CallID(i), time.Time{}))
					time.Sleep(turn)
					turns.Release(CallID(i))
				}
			}()
		}
		served := 0
		for time.Now().Before(end) {
			start := time.Now()
			assert.NoError(t, turns.Acquire(99, start.Add(time.Minute)))
			assert.LessOrEqual(t, time.Since(start), (others+1)*turn+lookMax)
			served++
			turns.Release(99)
		}
		assert.Greater(t, served, int(time.Second/((others+1)*turn+lookMax)))
		time.Sleep(time.Second)
	})
}

// Turns are given in the order of asking, whoever has a deadline. One that
// gives up holds up nobody.
func TestTurnsAreGivenInTheOrderOfAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const callers, turn = 12, time.Millisecond
		turns := NewTurns(System{})
		assert.NoError(t, turns.Acquire(0, time.Time{}))
		served := make(chan int, callers)
		for i := range callers {
			go func() {
				until := time.Time{}
				switch i % 3 {
				case 1:
					until = time.Now().Add(time.Minute)
				case 2:
					until = time.Now().Add(10 * time.Millisecond)
				}
				if err := turns.Acquire(CallID(i), until); err != nil {
					assert.Equal(t, ErrTurnTimeout, err)
					assert.Equal(t, 2, i%3)
					return
				}
				served <- i
				time.Sleep(turn)
				turns.Release(CallID(i))
			}()
			synctest.Wait()
		}
		time.Sleep(50 * time.Millisecond)
		turns.Release(0)
		time.Sleep(time.Second)
		var order []int
		for len(served) > 0 {
			order = append(order, <-served)
		}
		assert.Equal(t, []int{0, 1, 3, 4, 6, 7, 9, 10}, order)
	})
}
