import { randomBytes } from 'node:crypto';

/**
 * Users by their name in the audit log: the specs, the controller manager, the test node, Contour. All have all
 * permissions.
 */
export const users = ['admin', 'controllers', 'test-node', 'data-plane'] as const;
export type User = (typeof users)[number];

export interface Account {
  readonly name: User;
  readonly token: string;
}

export const newUsers = (): readonly Account[] => users.map((name) => ({ name, token: randomBytes(24).toString('hex') }));

/** The content of --token-auth-file. */
export const tokenFile = (accounts: readonly Account[]): string =>
  accounts.map(({ name, token }) => `${token},${name},${name},"system:masters"\n`).join('');

/** Logs the requests of all users except the controllers, the test node, Contour and the API server itself. */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', users: ['controllers', 'test-node', 'data-plane', 'system:apiserver', 'system:anonymous'] },
    { level: 'Metadata' },
  ],
};

/** A kubeconfig as JSON, which is also YAML. `certificate`: PEM of the server's self-signed certificate. */
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
