#!/usr/bin/env bash
# Releases a tag of the shop as a pipeline does, and waits until the release has finished: ./release.sh v2
# ALLOY_HOME: the home folder of the running Alloy (default: .alloy in the root of the repository). Exit code 0: promoted, 1: any other outcome.
set -euo pipefail

tag=${1:?usage: release.sh <tag>, e.g. v1, v2, v3-errors, v4-crash, v5-slow, v6-nopull}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${ALLOY_HOME:-$here/../../.alloy}
[[ -r $home/alloy.json && -r $home/token ]] || { echo "no Alloy in $home: run npm start, or set ALLOY_HOME" >&2; exit 1; }

url=${ALLOY_URL:-$(sed -n 's/^  "url": "\(.*\)",$/\1/p' "$home/alloy.json")}
auth="Authorization: Bearer $(cat "$home/token")"
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$2" | head -n 1; }

answer=$(curl -sS -X POST "$url/api/webhook/deploy" -H "$auth" -H 'Content-Type: application/json' -d '{
  "user_id": "demo",
  "project_id": "shop",
  "image_tag": "'"$tag"'",
  "commit_sha": "'"$(git -C "$here" rev-parse HEAD 2>/dev/null || echo unknown)"'",
  "strategy": "auto",
  "files": {
    "secret": "'"$(base64 < "$here/k8s/secret.yaml")"'",
    "service": "'"$(base64 < "$here/k8s/service.yaml")"'",
    "deployment": "'"$(base64 < "$here/k8s/deployment.yaml")"'"
  }
}')
id=$(field release_id "$answer")
[[ -n $id ]] || { echo "refused: $answer" >&2; exit 1; }
echo "release $id of $tag"

last=
while :; do
  release=$(curl -sS "$url/api/v1/releases/$id" -H "$auth")
  status=$(field status "$release")
  [[ $status == "$last" ]] || echo "  $status"
  last=$status
  case $status in
    promoted) exit 0 ;;
    rolledBack | failed | stuck | rejected | superseded | aborted)
      echo "  $(field text "$release")"
      exit 1
      ;;
    '') echo "unexpected answer: $release" >&2; exit 1 ;;
  esac
  sleep 0.5
done
