#!/usr/bin/env bash
# Writes the go.mod and go.sum from which build.sh builds one version of Kubernetes:
#
#   pin.sh VERSION FOLDER     such as: pin.sh 1.37.2 scripts/control-plane/kubernetes/1.37.2
#
# kubernetes' own go.mod replaces its staging modules by folders that its module lacks; here each is required at its own version. The Go checksum database vouches for every hash that is written.
set -euo pipefail

version=$1
mkdir -p "$2"
cd "$2"
given=$(go mod download -json "k8s.io/kubernetes@v$version" | sed -n 's/^\t"GoMod": "\(.*\)",$/\1/p')
staging=$(sed -n 's/^\t*\(replace \)\?\(k8s.io\/[a-z-]*\) => .*/\2/p' "$given")
rm -f go.mod go.sum
{
  echo "module alloy.dev/control-plane/kubernetes"
  echo
  grep -E '^(go|godebug) ' "$given"
  echo
  echo "require k8s.io/kubernetes v$version"
  echo
  for name in kube-apiserver kube-controller-manager kubectl; do echo "tool k8s.io/kubernetes/cmd/$name"; done
  echo
  echo "replace ("
  for module in $staging; do printf '\t%s => %s v0.%s\n' "$module" "$module" "${version#*.}"; done
  echo ")"
} >go.mod
go mod tidy
