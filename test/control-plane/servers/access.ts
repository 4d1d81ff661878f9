import { randomBytes } from 'node:crypto';

/** Who asks, as the audit log names them: the specs, the controller manager, the test kubelet. All may do anything. */
export const users = ['admin', 'controllers', 'test-node'] as const;
export type User = (typeof users)[number];

export interface Account {
  readonly name: User;
  readonly token: string;
}

export const newUsers = (): readonly Account[] => users.map((name) => ({ name, token: randomBytes(24).toString('hex') }));

/** For --token-auth-file. */
export const tokenFile = (accounts: readonly Account[]): string =>
  accounts.map(({ name, token }) => `${token},${name},${name},"system:masters"\n`).join('');

/** Verbs and resources of everybody but the machinery of the tests. */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'None', users: ['controllers', 'test-node', 'system:apiserver', 'system:anonymous'] }, { level: 'Metadata' }],
};

/** JSON is YAML too. `certificate`: PEM of the server's own, which it made itself. */
export function kubeconfigOf(server: string, token: string, certificate: Buffer): string {
  const cluster = { server, 'certificate-authority-data': certificate.toString('base64') };
  const name = 'control-plane';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}
