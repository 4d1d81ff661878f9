import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetPostgres } from '@alloy/embedded';

/** What an Alloy keeps, and where. Every file with a secret has mode 0600. */
export interface Home {
  readonly root: string;
  readonly lock: string;
  /** Pid and start time of everything that was started. */
  readonly processes: string;
  /** Ports given out before, so that URLs stay as they were. */
  readonly ports: string;
  /** For people and programs that look for this Alloy: its URLs and files. */
  readonly card: string;
  readonly token: string;
  readonly kubeconfig: string;
  /** Seals the manifests. */
  readonly masterKey: string;
  /** Seals the projects' secrets, such as the addresses of notifications. */
  readonly secretsKey: string;
  readonly keystore: string;
  /** Signs the log's checkpoints. */
  readonly auditKey: string;
  /** Checkpoints and public keys, for anybody to read. */
  readonly audit: string;
  readonly passwords: string;
  /** Of the services' users of the embedded nats-server. */
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

/** Removes what Alloy has put there, and nothing else that may lie in the folder; the lock stays. */
export function forget({ root: _root, lock: _lock, bin: _bin, postgres, ...rest }: Home): void {
  forgetPostgres(postgres);
  for (const path of Object.values(rest)) rmSync(path, { recursive: true, force: true });
}

/** The secret that a file holds; made at the first call. */
export function secretIn(file: string, make: () => string): string {
  if (!existsSync(file)) writeFileSync(file, `${make()}\n`, { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

export const newToken = (): string => `alloy_${randomBytes(32).toString('base64url')}`;
export const newKey = (): string => randomBytes(32).toString('base64');
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A password for each service's role. */
export function rolePasswords(file: string, roles: readonly string[]): Readonly<Record<string, string>> {
  const make = (): string => JSON.stringify(Object.fromEntries(roles.map((role) => [role, randomBytes(24).toString('hex')])));
  return JSON.parse(secretIn(file, make)) as Record<string, string>;
}
