//go:build !percent

package main

import (
	_ "unsafe" // for go:linkname

	_ "gvisor.dev/gvisor/pkg/sentry/fsimpl/tmpfs"
)

//go:linkname parseTmpfsSize gvisor.dev/gvisor/pkg/sentry/fsimpl/tmpfs.parseSize
func parseTmpfsSize(text string) (uint64, error)
