# Functions of build.sh and data-plane.sh, which set `dest` to the folder that gets the programs.

say() { echo "control plane: $*" >&2; }

version_of() { sed -n "s/.*\"$1\": *\"\(.*\)\".*/\1/p" "$here/versions.json"; }

is_built() { [ -x "$dest/$1" ]; }

# If the machine's Go is older, Go downloads the compiler that go.mod requires from the module proxy.
use_go() {
  command -v go >/dev/null || fail "it is built from Go modules, and this machine has no go (https://go.dev/dl)"
  export GOTOOLCHAIN=auto GOFLAGS="-mod=readonly -buildvcs=false" CGO_ENABLED=0 GOWORK=off
}

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

# Prints the compiler's progress every 15 s; packages in Go's cache are not counted.
progress() {
  local line compiled=0 next=$((SECONDS + 15)) begun=$SECONDS
  while read -r line; do
    [[ $line =~ ^[A-Za-z0-9._/~-]+$ ]] || { echo "$line" >&2 && continue; }
    compiled=$((compiled + 1))
    ((SECONDS < next)) || { say "$1: $compiled packages compiled, of at most $2, after $((SECONDS - begun)) s" && next=$((SECONDS + 15)); }
  done
}

# compile NAME PACKAGE FLAGS: compiles a package of the module in the current folder into $dest/.NAME.new.
compile() {
  local count
  say "$1: fetching its modules"
  count=$(go list -deps "$2" | wc -l) || fail "the modules of $1 can't be fetched: the Go module proxy is needed once (GOPROXY), and a Go that can be $(sed -n 's/^go //p' go.mod) or newer"
  go build -v -trimpath -ldflags "$3" -o "$dest/.$1.new" "$2" 2>&1 | progress "$1" "$count" || fail "$1 could not be compiled"
}
