//go:build tinygo

package capture

// checksum returns the CRC-32 (IEEE) of p.
func checksum(p []byte) uint32 { return smallChecksum(p) }
