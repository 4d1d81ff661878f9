#!/usr/bin/env bash
# Builds a real Kubernetes control plane from Go modules, for tests on a machine with neither a container engine nor a cluster.
#
#   build.sh [--kubernetes VERSION] [PROGRAM …]
#
# VERSION defaults to that of versions.json. ~/.cache/alloy/control-plane/VERSION gets kubectl, etcd, kube-controller-manager and kube-apiserver, as KUBEBUILDER_ASSETS has them,
# or only the named programs; its path is printed last. An existing program is not built again. An interrupted build continues: Go keeps each
# compiled package in its cache. Concurrent runs build once. Installs nothing on the machine and needs no root; needs 6 GB of disk.
#
# kubernetes/VERSION/go.mod and go.sum pin every module by its hash; for a version without them pin.sh writes them beside the programs.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -n 's/.*"default": *"\(.*\)".*/\1/p' "$here/versions.json")
# From fast to slow, so that users of kubectl alone do not wait for the others.
known=(kubectl etcd kube-controller-manager kube-apiserver)
programs=()
while (($# > 0)); do
  case $1 in
    --kubernetes) version=${2#v} && shift 2 ;;
    --kubernetes=*) version=${1#*=} && version=${version#v} && shift ;;
    *) programs+=("$1") && shift ;;
  esac
done
((${#programs[@]} > 0)) || programs=("${known[@]}")

say() { echo "control plane: $*" >&2; }
fail() {
  say "$*"
  say "without it: set KUBEBUILDER_ASSETS to a folder of kube-apiserver, kube-controller-manager, etcd and kubectl (such as envtest's, by setup-envtest, and a kube-controller-manager of the same version beside them), or KUBECONFIG and ALLOY_TEST_CLUSTER=1 to a cluster for tests"
  exit 1
}

[[ $version =~ ^1\.[0-9]+\.[0-9]+$ ]] || fail "--kubernetes takes a version such as 1.37.2, not $version"
for program in "${programs[@]}"; do [[ " ${known[*]} " == *" $program "* ]] || fail "there is no program $program: ${known[*]}"; done
dest=${XDG_CACHE_HOME:-$HOME/.cache}/alloy/control-plane/$version

is_built() { [ -x "$dest/$1" ]; }
missing=()
for program in "${programs[@]}"; do is_built "$program" || missing+=("$program"); done
if ((${#missing[@]} == 0)); then
  echo "$dest"
  exit 0
fi

command -v go >/dev/null || fail "it is built from Go modules, and this machine has no go (https://go.dev/dl)"
# If the machine's Go is older, Go downloads the compiler that go.mod requires from the module proxy.
export GOTOOLCHAIN=auto GOFLAGS="-mod=readonly -buildvcs=false" CGO_ENABLED=0 GOWORK=off
mkdir -p "$dest"

# Runs the rest exclusively; others wait for it. Without flock (macOS) two concurrent runs build twice.
alone() {
  local lock=$dest/.$1.lock
  shift
  command -v flock >/dev/null || {
    "$@"
    return
  }
  exec 9>"$lock"
  flock -n 9 || { say "another run is building it: waiting" && flock 9; }
  "$@"
  exec 9>&-
}

module() {
  if [ "$1" = etcd ]; then echo "$here/etcd"; elif [ -f "$here/kubernetes/$version/go.sum" ]; then echo "$here/kubernetes/$version"; else echo "$dest/module"; fi
}

pin() {
  [ -f "$dest/module/go.sum" ] && return
  say "the repository pins no modules of Kubernetes $version: writing go.mod and go.sum by the Go checksum database ($dest/module)"
  "$here/pin.sh" "$version" "$dest/module" || fail "the modules of Kubernetes $version can't be resolved: is the Go module proxy reachable, and does it serve this version?"
}

# Prints the compiler's progress every 15 s; packages in Go's cache are not counted.
progress() {
  local line compiled=0 next=$((SECONDS + 15)) begun=$SECONDS
  while read -r line; do
    [[ $line =~ ^[A-Za-z0-9._/~-]+$ ]] || { echo "$line" >&2 && continue; }
    compiled=$((compiled + 1))
    ((SECONDS < next)) || { say "$1: $compiled packages compiled, of at most $2, after $((SECONDS - begun)) s" && next=$((SECONDS + 15)); }
  done
}

build() {
  is_built "$1" && return
  local begun=$SECONDS package=k8s.io/kubernetes/cmd/$1 flags="-s -w" count
  [ "$1" != etcd ] || package=.
  local minor=${version#1.} stamp=k8s.io/component-base/version
  [ "$1" = etcd ] || flags+=" -X $stamp.gitVersion=v$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=${minor%%.*}"
  cd "$(module "$1")"
  say "$1: fetching its modules"
  count=$(go list -deps "$package" | wc -l) || fail "the modules of $1 can't be fetched: the Go module proxy is needed once (GOPROXY), and a Go that can be $(sed -n 's/^go //p' go.mod) or newer"
  go build -v -trimpath -ldflags "$flags" -o "$dest/.$1.new" "$package" 2>&1 | progress "$1" "$count" || fail "$1 could not be compiled"
  # A program that runs from here keeps its old file.
  mv -f "$dest/.$1.new" "$dest/$1"
  say "$1: built in $((SECONDS - begun)) s"
}

say "building ${missing[*]} of Kubernetes $version into $dest; an interrupted build continues from Go's cache ($(go env GOCACHE))"
[ "$(module kubectl)" != "$dest/module" ] || alone module pin
for program in "${missing[@]}"; do alone "$program" build "$program"; done
echo "$dest"
