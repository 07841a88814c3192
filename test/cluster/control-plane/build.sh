#!/usr/bin/env bash
# build.sh CACHE [VERSION]
# Builds etcd, kubectl and kube-apiserver from the Go module proxy, with the exact versions of vVERSION/go.mod.
# Result: CACHE/bin-vVERSION/{etcd,kubectl,kube-apiserver}; nothing is written outside CACHE. A call that finds
# them returns at once; an interrupted one goes on where it was. From nothing, on two cores: 13 minutes, 2.4 GiB
# of memory, 3.8 GB of disk, most of it Go's caches, which may be removed afterwards.
set -euo pipefail
cache=$(mkdir -p "$1" && cd "$1" && pwd)
version=${2:-1.37.2}
module=$(cd "$(dirname "$0")/v$version" && pwd)
bin=$cache/bin-v$version
if [ -x "$bin/etcd" ] && [ -x "$bin/kubectl" ] && [ -x "$bin/kube-apiserver" ]; then exit 0; fi

export GOMODCACHE=$cache/gomod GOCACHE=$cache/gobuild GOFLAGS="-modcacherw -buildvcs=false" CGO_ENABLED=0 GOWORK=off
mkdir -p "$bin"
exec 9>"$cache/build.lock"
if command -v flock >/dev/null; then flock 9; fi
# kube-apiserver's idea of its own version decides which features and CEL libraries there are.
component=k8s.io/component-base/version
minor=$(cut -d. -f2 <<<"$version")
flags="-s -w -X $component.gitVersion=v$version -X $component.gitMajor=1 -X $component.gitMinor=$minor"

build() { # NAME PACKAGE
  if [ -x "$bin/$1" ]; then return; fi
  go build -C "$module" -mod=readonly -trimpath -p 2 -ldflags "$flags" -o "$bin/$1.$$" "$2"
  mv "$bin/$1.$$" "$bin/$1"
}
build etcd go.etcd.io/etcd/server/v3
build kubectl k8s.io/kubernetes/cmd/kubectl
build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
