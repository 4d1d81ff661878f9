import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selfSignedCertificate } from '../../libs/playground/src/api/self-signed-certificate';

export type FakeProgram = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl' | 'nats-server';

export const RUNS_FOR_EVER = 'setInterval(() => undefined, 60_000);';
export const DIES_AT_ONCE = "console.error('no such flag'); process.exit(3);";
/** Runs until the file `die` exists beside the programs. */
export const DIES_WHEN_ASKED = `const { existsSync } = require('node:fs');
setInterval(() => existsSync(require('node:path').join(__dirname, 'die')) && process.exit(3), 20);`;

/** Answers every request with 200, and writes its certificate to the path of the real one. */
const API_SERVER = `const { copyFileSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const flag = (name) => process.argv.find((one) => one.startsWith('--' + name + '=')).split('=')[1];
copyFileSync(join(__dirname, 'cert.pem'), join(flag('cert-dir'), 'apiserver.crt'));
const server = require('node:https').createServer({
  key: readFileSync(join(__dirname, 'key.pem')),
  cert: readFileSync(join(__dirname, 'cert.pem')),
}, (_, response) => response.end('ok'));
server.listen(Number(flag('secure-port')), '127.0.0.1');`;

const programs: Readonly<Record<FakeProgram, string>> = {
  etcd: RUNS_FOR_EVER,
  'kube-apiserver': API_SERVER,
  'kube-controller-manager': RUNS_FOR_EVER,
  kubectl: '',
  'nats-server': "console.log('nats-server: v2.15.0');",
};

/** Creates a folder for KUBEBUILDER_ASSETS with fake programs; `change` replaces the code (for Node) of some. */
export function fakeControlPlane(folder: string, change: Partial<Record<FakeProgram, string>> = {}): string {
  mkdirSync(folder, { recursive: true });
  const { key, cert } = selfSignedCertificate();
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'cert.pem'), cert);
  for (const [name, code] of Object.entries({ ...programs, ...change }))
    writeFileSync(join(folder, name), `#!${process.execPath}\n${code}\n`, { mode: 0o755 });
  return folder;
}
