import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { selfSignedCertificate, type Certificate } from './api';
import { writeAtomically } from './persistence';

/** The bearer token stored at `path`; created at the first start, mode 0600. */
export function keptToken(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const token = randomBytes(32).toString('base64url');
  writeAtomically(path, `${token}\n`);
  return token;
}

/**
 * The TLS certificate stored at `path`; created at the first start, mode 0600, so that a copied kubeconfig stays valid.
 */
export function keptCertificate(path: string): Certificate {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Certificate;
  const certificate = selfSignedCertificate();
  writeAtomically(path, JSON.stringify(certificate));
  return certificate;
}

/** A kubeconfig for the playground's API, in JSON, which is valid YAML. */
export const kubeconfig = (url: string, token: string, { cert }: Certificate): string =>
  `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'playground',
      clusters: [{ name: 'playground', cluster: { server: url, 'certificate-authority-data': Buffer.from(cert).toString('base64') } }],
      users: [{ name: 'playground', user: { token } }],
      contexts: [{ name: 'playground', context: { cluster: 'playground', user: 'playground', namespace: 'default' } }],
    },
    undefined,
    2,
  )}\n`;
