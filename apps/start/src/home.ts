import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetPostgres } from '@alloy/embedded';

/** Paths of an Alloy's files. Every file with a secret has mode 0600. */
export interface Home {
  readonly root: string;
  readonly lock: string;
  /** Pid and start time of all started processes. */
  readonly processes: string;
  /** Ports assigned before, so that URLs do not change. */
  readonly ports: string;
  /** URLs and files of this Alloy, for users and programs. */
  readonly card: string;
  readonly token: string;
  readonly kubeconfig: string;
  /** Key that seals manifests. */
  readonly masterKey: string;
  /** Key that seals the projects' secrets, such as notification addresses. */
  readonly secretsKey: string;
  readonly keystore: string;
  /** Key that signs the log's checkpoints. */
  readonly auditKey: string;
  /** Folder of checkpoints and public keys, readable for everyone. */
  readonly audit: string;
  readonly passwords: string;
  /** Passwords of the services' users of the embedded nats-server. */
  readonly natsPasswords: string;
  readonly logs: string;
  readonly postgres: string;
  readonly nats: string;
  readonly bin: string;
  readonly playground: string;
}

export function openHome(root: string): Home {
  mkdirSync(root, { recursive: true });
  const at = (name: string): string => join(root, name);
  return {
    root,
    lock: at('lock'),
    processes: at('processes.json'),
    ports: at('ports.json'),
    card: at('alloy.json'),
    token: at('token'),
    kubeconfig: at('kubeconfig'),
    masterKey: at('master.key'),
    secretsKey: at('secrets.key'),
    keystore: at('keystore'),
    auditKey: at('audit.key'),
    audit: at('audit'),
    passwords: at('passwords.json'),
    natsPasswords: at('nats-passwords.json'),
    logs: at('logs'),
    postgres: at('postgres'),
    nats: at('nats'),
    bin: at('bin'),
    playground: at('playground'),
  };
}

/** Removes the files that Alloy created, and no others; the lock remains. */
export function forget({ root: _root, lock: _lock, bin: _bin, postgres, ...rest }: Home): void {
  forgetPostgres(postgres);
  for (const path of Object.values(rest)) rmSync(path, { recursive: true, force: true });
}

/** The secret in a file; created at the first call. */
export function secretIn(file: string, make: () => string): string {
  if (!existsSync(file)) writeFileSync(file, `${make()}\n`, { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

export const newToken = (): string => `alloy_${randomBytes(32).toString('base64url')}`;
export const newKey = (): string => randomBytes(32).toString('base64');
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A password for each service's role, created at the first call. */
export function rolePasswords(file: string, roles: readonly string[]): Readonly<Record<string, string>> {
  const make = (): string => JSON.stringify(Object.fromEntries(roles.map((role) => [role, randomBytes(24).toString('hex')])));
  return JSON.parse(secretIn(file, make)) as Record<string, string>;
}
