//go:build !v1 && !bundle

package main

import (
	_ "unsafe" // for go:linkname

	"gvisor.dev/gvisor/pkg/shim/utils"
)

//go:linkname kubeletPodsDir gvisor.dev/gvisor/pkg/shim/utils.kubeletPodsDir
var kubeletPodsDir string

var updateVolumeAnnotations = utils.UpdateVolumeAnnotations
