#!/usr/bin/env bash
# build.sh CACHE
# Builds what a node consists of from the Go module proxy, with the exact versions of the go.mod files beside it;
# kubelet has those of test/cluster/control-plane. Result: CACHE/bin-node/{kubelet,containerd,ctr,
# containerd-shim-runc-v2,containerd-shim-runsc-v1,runsc}; nothing is written outside CACHE. A call that finds them returns
# at once; an interrupted one goes on where it was.
set -euo pipefail
cache=$(mkdir -p "$1" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
kubernetes=$(cd "$here/../../cluster/control-plane/v1.37.2" && pwd)
bin=$cache/bin-node

export GOMODCACHE=$cache/gomod GOCACHE=$cache/gobuild GOFLAGS="-modcacherw -buildvcs=false" CGO_ENABLED=0 GOWORK=off
mkdir -p "$bin"
exec 9>"$cache/build.lock"
if command -v flock >/dev/null; then flock 9; fi

build() { # NAME MODULE PACKAGE [FLAG…]
  if [ -x "$bin/$1" ]; then return; fi
  go build -C "$2" -mod=readonly -trimpath -p 2 -o "$bin/$1.$$" "${@:4}" "$3"
  mv "$bin/$1.$$" "$bin/$1"
}

# gVisor's shim lowers an oom score, and ends where the kernel refuses that: a machine without CAP_SYS_RESOURCE. A copy
# of its module leaves the score as it is. Files in the module cache cannot be overlaid, so the whole module is copied.
build_shim() {
  if [ -x "$bin/containerd-shim-runsc-v1" ]; then return; fi
  local copy gvisor status=0
  copy=$(mktemp -d)
  gvisor=$(go mod download -C "$here/gvisor" -json gvisor.dev/gvisor | sed -n 's/^\t"Dir": "\(.*\)",\?$/\1/p')
  cp -r "$gvisor" "$copy/gvisor"
  sed -i 's/SetOOMScore(cmd.Process.Pid, oomScoreMax)/SetOOMScore(cmd.Process.Pid, 0)/' "$copy/gvisor/pkg/shim/v1/manager.go"
  if cmp -s "$gvisor/pkg/shim/v1/manager.go" "$copy/gvisor/pkg/shim/v1/manager.go"; then
    echo 'the shim sets its oom score elsewhere' >&2
    status=1
  else
    cp "$here/gvisor/go.mod" "$here/gvisor/go.sum" "$copy"
    go mod edit -replace "gvisor.dev/gvisor=$copy/gvisor" "$copy/go.mod"
    build containerd-shim-runsc-v1 "$copy" gvisor.dev/gvisor/shim -ldflags '-s -w' || status=$?
  fi
  rm -rf "$copy"
  return $status
}

containerd=github.com/containerd/containerd/v2
version=$(sed -n 's|^\t'"$containerd"' v\([0-9.]*\)$|\1|p; s|^require '"$containerd"' v\([0-9.]*\)$|\1|p; s|^\t'"$containerd"' v\([0-9.]*\) // indirect$|\1|p' "$here/containerd/go.mod")
for program in containerd ctr containerd-shim-runc-v2; do
  build "$program" "$here/containerd" "$containerd/cmd/$program" -ldflags "-s -w -X $containerd/version.Version=$version"
done
# A build from the module says VERSION_MISSING. The release of 2026-09-07 is cut from this commit.
build runsc "$here/gvisor" gvisor.dev/gvisor/runsc -ldflags '-s -w -X gvisor.dev/gvisor/runsc/version.version=release-20260907.0'
build_shim
component=k8s.io/component-base/version
build kubelet "$kubernetes" k8s.io/kubernetes/cmd/kubelet \
  -ldflags "-s -w -X $component.gitVersion=v1.37.2 -X $component.gitMajor=1 -X $component.gitMinor=37"
