//go:build bundle

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	_ "unsafe" // for go:linkname

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"gvisor.dev/gvisor/pkg/shim/utils"
)

//go:linkname kubeletPodsDir gvisor.dev/gvisor/pkg/shim/utils.kubeletPodsDir
var kubeletPodsDir string

// Until 2021-05 the function wrote the bundle's config.json itself, and did not say whether it had.
func updateVolumeAnnotations(spec *specs.Spec) (bool, error) {
	bundle, err := os.MkdirTemp("", "original-bundle-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(bundle)
	if err := utils.UpdateVolumeAnnotations(bundle, spec); err != nil {
		return false, err
	}
	_, err = os.Stat(filepath.Join(bundle, "config.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
