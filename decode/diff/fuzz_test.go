package diff

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// Any two files can be compared, and each is equal to itself.
func FuzzCompare(f *testing.F) {
	a := home(f, [4]byte{192, 168, 1, 5}, [4]byte{93, 184, 216, 34}, 0, "\xC0\xFF\xFF\xFF", 40001, 0)
	b := home(f, [4]byte{10, 0, 0, 77}, [4]byte{93, 184, 216, 35}, 7, "\xD0\xFF\xFF\xFF", 50002, 4)
	f.Add(a, b, false)
	f.Add(b, []byte("no trace"), true)
	f.Fuzz(func(t *testing.T, a, b []byte, all bool) {
		tell := func(d *Difference) error {
			_, err := json.Marshal(d)
			return err
		}
		_, err := Compare(decoder(a), decoder(b), Options{All: all}, tell)
		var of *Error
		if err != nil {
			require.ErrorAs(t, err, &of)
		}
		if sum, err := Compare(decoder(a), decoder(a), Options{All: all}, tell); err == nil {
			require.True(t, sum.Same())
		}
	})
}
