#!/usr/bin/env bash
# build.sh CACHE VERSION [TAGS [PROGRAM]]
# Builds PROGRAM/ (program/ if not given) with gVisor's module at VERSION, from the Go module proxy.
# Result: CACHE/original/VERSION, with -PROGRAM behind it where one is given; nothing else is left behind. A call that finds it newer than its source returns.
set -euo pipefail
source=$(cd "$(dirname "$0")/${4:-program}" && pwd)
result=$1/original/$2${4:+-$4}
if [ -x "$result" ] && [ -z "$(find "$source" -type f -newer "$result")" ]; then exit 0; fi
mkdir -p "$1/original"
module=$(mktemp -d)
trap 'rm -rf "$module"' EXIT
cp "$source"/* "$module"
cd "$module"
printf 'module original\n\ngo 1.21\n\nrequire gvisor.dev/gvisor %s\n' "$2" >go.mod
GOWORK=off CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -mod=mod -p 2 -tags "${3:-}" -o "$result.$$" .
mv "$result.$$" "$result"
