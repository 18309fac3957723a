//go:build !tinygo

package capture

import "hash/crc32"

// checksum returns the CRC-32 (IEEE) of p.
func checksum(p []byte) uint32 { return crc32.ChecksumIEEE(p) }
