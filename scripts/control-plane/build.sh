#!/usr/bin/env bash
# Builds a real Kubernetes control plane from Go modules, for tests on a machine with neither a container engine nor a cluster.
#
#   build.sh [--kubernetes VERSION] [--without-data-plane] [PROGRAM …]
#
# VERSION defaults to that of versions.json. ~/.cache/alloy/control-plane/VERSION gets kubectl, etcd, kube-controller-manager and kube-apiserver, as KUBEBUILDER_ASSETS has them,
# or only the named programs; its path is printed last. An existing program is not built again. An interrupted build continues: Go keeps each
# compiled package in its cache. Concurrent runs build once. Installs nothing on the machine and needs no root; needs 8 GB of disk.
# With all programs it also gets the data plane (data-plane.sh), for the specs that send requests through a gateway.
#
# kubernetes/VERSION/go.mod and go.sum pin every module by its hash; for a version without them pin.sh writes them beside the programs.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
version=$(version_of default)
# From fast to slow, so that users of kubectl alone do not wait for the others.
known=(kubectl etcd kube-controller-manager kube-apiserver)
programs=()
data_plane=yes
while (($# > 0)); do
  case $1 in
    --kubernetes) version=${2#v} && shift 2 ;;
    --kubernetes=*) version=${1#*=} && version=${version#v} && shift ;;
    --without-data-plane) data_plane=no && shift ;;
    *) programs+=("$1") && shift ;;
  esac
done
if ((${#programs[@]} > 0)); then data_plane=no; else programs=("${known[@]}"); fi

fail() {
  say "$*"
  say "without it: set KUBEBUILDER_ASSETS to a folder of kube-apiserver, kube-controller-manager, etcd and kubectl (such as envtest's, by setup-envtest, and a kube-controller-manager of the same version beside them), or KUBECONFIG and ALLOY_TEST_CLUSTER=1 to a cluster for tests"
  exit 1
}

[[ $version =~ ^1\.[0-9]+\.[0-9]+$ ]] || fail "--kubernetes takes a version such as 1.37.2, not $version"
for program in "${programs[@]}"; do [[ " ${known[*]} " == *" $program "* ]] || fail "there is no program $program: ${known[*]}"; done
dest=${XDG_CACHE_HOME:-$HOME/.cache}/alloy/control-plane/$version

module() {
  if [ "$1" = etcd ]; then echo "$here/etcd"; elif [ -f "$here/kubernetes/$version/go.sum" ]; then echo "$here/kubernetes/$version"; else echo "$dest/module"; fi
}

pin() {
  [ -f "$dest/module/go.sum" ] && return
  say "the repository pins no modules of Kubernetes $version: writing go.mod and go.sum by the Go checksum database ($dest/module)"
  "$here/pin.sh" "$version" "$dest/module" || fail "the modules of Kubernetes $version can't be resolved: is the Go module proxy reachable, and does it serve this version?"
}

build() {
  is_built "$1" && return
  local begun=$SECONDS package=k8s.io/kubernetes/cmd/$1 flags="-s -w"
  [ "$1" != etcd ] || package=.
  local minor=${version#1.} stamp=k8s.io/component-base/version
  [ "$1" = etcd ] || flags+=" -X $stamp.gitVersion=v$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=${minor%%.*}"
  cd "$(module "$1")"
  compile "$1" "$package" "$flags"
  # A program that runs from here keeps its old file.
  mv -f "$dest/.$1.new" "$dest/$1"
  say "$1: built in $((SECONDS - begun)) s"
}

missing=()
for program in "${programs[@]}"; do is_built "$program" || missing+=("$program"); done
if ((${#missing[@]} > 0)); then
  use_go
  mkdir -p "$dest"
  say "building ${missing[*]} of Kubernetes $version into $dest; an interrupted build continues from Go's cache ($(go env GOCACHE))"
  [ "$(module kubectl)" != "$dest/module" ] || alone module pin
  for program in "${missing[@]}"; do alone "$program" build "$program"; done
fi
[ "$data_plane" = no ] || "$here/data-plane.sh" >/dev/null
echo "$dest"
