#!/usr/bin/env bash
# Builds a real Kubernetes control plane from Debian's source package, for tests on a machine with neither a container engine nor a cluster.
#
#   build.sh [DEST]     DEST defaults to ~/.cache/alloy/control-plane
#
# DEST gets kube-apiserver, kube-controller-manager, etcd and kubectl, as KUBEBUILDER_ASSETS has them, and is printed last. Takes some minutes once, nothing afterwards.
# Installs nothing on the machine and needs no root: compiler and packages are unpacked into a temporary folder (3 GB). Two runs at once build once.
set -euo pipefail

version=1.20.2
debian=1.20.5+really1.20.2-1.1+deb12u1
dest=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/alloy/control-plane}
programs=(kube-apiserver kube-controller-manager etcd kubectl)

say() { echo "control plane: $*" >&2; }
fail() {
  say "$*"
  say "without it: set KUBEBUILDER_ASSETS to a folder of kube-apiserver, kube-controller-manager and etcd, or KUBECONFIG and ALLOY_TEST_CLUSTER=1 to a cluster for tests"
  exit 1
}
done_already() {
  local name
  for name in "${programs[@]}"; do [ -x "$dest/$name" ] || return 1; done
}
finish() {
  echo "$dest"
  exit 0
}

done_already && finish
for tool in apt-get dpkg flock sed tar; do command -v "$tool" >/dev/null || fail "it is built from Debian's packages, and this machine has no $tool"; done
mkdir -p "$dest"
exec 9>"$dest/.lock"
flock -n 9 || { say "another run is building it: waiting"; flock 9; }
done_already && finish

work=$(mktemp -d "${TMPDIR:-/tmp}/alloy-control-plane-build-XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir -p "$work"/{parts,lists/partial,cache/archives/partial,debs,src,root,bin}

# The machine's own sources, with their source packages, in lists of our own.
shopt -s nullglob
for file in /etc/apt/sources.list.d/*.sources; do sed 's/^Types:.*/Types: deb deb-src/' "$file" > "$work/parts/$(basename "$file")"; done
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [ -f "$file" ] && sed -n 's/^deb \(.*\)/deb \1\ndeb-src \1/p' "$file" > "$work/parts/$(basename "$file" .list).list"
done
apt=(-q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/parts" -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=)
apt-get "${apt[@]}" update >&2 || fail "apt-get update failed: Debian's mirror is needed once"

say "getting the compiler, etcd, kubectl and the source of kubernetes $debian"
(cd "$work/debs" && apt-get "${apt[@]}" download golang-1.19-go golang-1.19-src golang-github-modern-go-reflect2-dev etcd-server kubernetes-client >&2) || fail "the machine's package sources lack what Debian 12 has (Go 1.19, etcd, kubectl)"
(cd "$work/src" && apt-get "${apt[@]}" source --download-only "kubernetes=$debian" >&2 && tar xzf kubernetes_*.orig.tar.gz) || fail "the machine's package sources lack the source of kubernetes $debian (Debian 12)"
for package in "$work"/debs/*.deb; do dpkg -x "$package" "$work/root"; done

export GOROOT="$work/root/usr/lib/go-1.19" GOPATH="$work/go" GOCACHE="$work/go-cache" GO111MODULE=off GOFLAGS= CGO_ENABLED=0 GOTOOLCHAIN=local
go="$GOROOT/bin/go"
mkdir -p "$GOPATH/src/k8s.io"
mv "$work/src/kubernetes-$version" "$GOPATH/src/k8s.io/kubernetes"
cd "$GOPATH/src/k8s.io/kubernetes"

# The vendored reflect2 is older than Go 1.19's runtime: any pretty-printed answer would crash the server. Debian's own is newer.
reflect2=$work/root/usr/share/gocode/src/github.com/modern-go/reflect2
rm -f vendor/github.com/modern-go/reflect2/*.{go,s}
cp "$reflect2"/*.{go,s} vendor/github.com/modern-go/reflect2/
rm -f vendor/github.com/modern-go/reflect2/*_test.go

say "generating the OpenAPI definitions that the API server links in"
"$go" build -o "$work/bin/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
packages=$(grep -rl --include='*.go' '+k8s:openapi-gen=' pkg vendor/k8s.io/*/ staging/src/k8s.io |
  grep -v -E '_test\.go|sample-|code-generator/' | xargs -n1 dirname | sed 's#^staging/src/#vendor/#' | sort -u |
  sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
"$work/bin/openapi-gen" --logtostderr -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi \
  -O zz_generated.openapi -h hack/boilerplate/boilerplate.generatego.txt -r "$work/violations" >&2

# Without the clouds' own libraries, which are half of the source.
say "compiling kube-apiserver and kube-controller-manager $version, which takes some minutes"
stamp=
for package in component-base/version client-go/pkg/version; do
  name=k8s.io/kubernetes/vendor/k8s.io/$package
  stamp+=" -X $name.gitVersion=v$version -X $name.gitMajor=1 -X $name.gitMinor=20"
done
"$go" build -tags providerless -ldflags "-s -w$stamp" -o "$work/bin/" k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes/cmd/kube-controller-manager >&2

cp "$work/root/usr/bin/etcd" "$work/root/usr/bin/kubectl" "$work/bin/"
for name in "${programs[@]}"; do
  cp "$work/bin/$name" "$dest/.$name.new"
  chmod 755 "$dest/.$name.new"
  # A program that runs from here keeps its old file.
  mv -f "$dest/.$name.new" "$dest/$name"
done
say "done"
echo "$dest"
