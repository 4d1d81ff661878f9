import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeAtomically } from './persistence';

/** The bearer token kept at `path`; made at the first start, mode 0600. */
export function keptToken(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const token = randomBytes(32).toString('base64url');
  writeAtomically(path, `${token}\n`);
  return token;
}

/** A kubeconfig for the playground's API; JSON is YAML too. */
export const kubeconfig = (url: string, token: string): string =>
  `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'playground',
      clusters: [{ name: 'playground', cluster: { server: url } }],
      users: [{ name: 'playground', user: { token } }],
      contexts: [{ name: 'playground', context: { cluster: 'playground', user: 'playground', namespace: 'default' } }],
    },
    undefined,
    2,
  )}\n`;
