//go:build darwin && !cgo

package endpoint

import "errors"

// detailed can't: the library asks macOS through cgo.
func detailed() ([]Port, error) { return nil, errors.ErrUnsupported }
