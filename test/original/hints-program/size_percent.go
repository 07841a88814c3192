//go:build percent

package main

import (
	_ "unsafe" // for go:linkname

	_ "gvisor.dev/gvisor/pkg/sentry/fsimpl/tmpfs"
)

//go:linkname parseSize gvisor.dev/gvisor/pkg/sentry/fsimpl/tmpfs.parseSize
func parseSize(text string) (uint64, bool, error)

//go:linkname totalHostMem gvisor.dev/gvisor/pkg/sentry/fsimpl/tmpfs.totalHostMem
var totalHostMem uint64

// The memory that a percentage is of.
const memory = 1 << 30

func parseTmpfsSize(text string) (uint64, error) {
	totalHostMem = memory
	bytes, _, err := parseSize(text)
	return bytes, err
}
