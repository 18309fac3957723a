// Package newer uses what is newer than Go 1.22.
package newer

import (
	"crypto/tls"
	"slices"
	"strings"
	"sync"
	"unique"
)

func F() {
	var wg sync.WaitGroup
	wg.Go(func() {})
	_ = tls.Config{EncryptedClientHelloConfigList: nil}
	_ = unique.Make(strings.ToUpper("x"))
	_ = slices.Values([]int{})
	for range strings.Lines("") {
	}
}
