import type { Service } from '@alloy/contracts';
import { inboxPrefixOf, natsUserOf } from '@alloy/transport/permissions';
import type { Home } from './home';
import type { Options } from './options';

export interface Addresses {
  /** URL of the database owner. */
  readonly databaseUrl: string;
  readonly natsUrl: string;
  /** Passwords by user of the embedded nats-server; undefined: an external server, whose URL is used unchanged. */
  readonly natsPasswords?: Readonly<Record<string, string>> | undefined;
  readonly kubeconfig: string;
}

export interface ServiceEnvInput {
  readonly options: Options;
  readonly home: Home;
  readonly addresses: Addresses;
  readonly passwords: Readonly<Record<string, string>>;
  readonly port: number;
}

export const roleOf = (service: Service): string => `alloy_${service}`;

/** Environment of a service: its own role's URL, and only the secrets that it needs. */
export function serviceEnv(
  service: Service,
  { options, home, addresses, passwords, port }: ServiceEnvInput,
): Record<string, string | undefined> {
  const touchesCluster = service === 'executor' || service === 'watcher';
  const opensBundles = service === 'ingest' || service === 'executor';
  const notifies = service === 'notifier';
  const opensSecrets = service === 'ingest' || notifies;
  const key = options.masterKey ? { ALLOY_MASTER_KEY: options.masterKey } : { ALLOY_MASTER_KEY_FILE: home.masterKey };
  return {
    ...options.shared,
    PORT: String(port),
    DATABASE_URL: withLogin(addresses.databaseUrl, roleOf(service), passwords[roleOf(service)]!),
    ...natsEnv(service, addresses),
    ...(touchesCluster ? { ALLOY_KUBECONFIG: addresses.kubeconfig } : {}),
    ...(opensBundles ? { ...key, ALLOY_KEYSTORE: home.keystore } : {}),
    ...(opensSecrets ? { ALLOY_SECRETS_KEY_FILE: home.secretsKey } : {}),
    // On one machine notification receivers may run on the same machine.
    ...(notifies
      ? { ALLOY_ALLOW_LOOPBACK: 'true', ...(options.appPort > 0 ? { ALLOY_PUBLIC_URL: `http://127.0.0.1:${options.appPort}` } : {}) }
      : {}),
    ...(service === 'planner' ? { ALLOY_AUDIT_KEY_FILE: home.auditKey } : {}),
    ...(service === 'planner' || service === 'ingest' ? { ALLOY_AUDIT_DIR: home.audit } : {}),
  };
}

function natsEnv(service: Service, { natsUrl, natsPasswords }: Addresses): Record<string, string> {
  if (natsPasswords === undefined) return { NATS_URL: natsUrl };
  return {
    NATS_URL: withLogin(natsUrl, natsUserOf(service), natsPasswords[natsUserOf(service)]!),
    NATS_INBOX_PREFIX: inboxPrefixOf(service),
  };
}

/** The variables of this process that any program needs, without those that could direct it elsewhere. */
export function bareEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(ALLOY_|PG|DATABASE_URL$|NATS_|KUBE|APP_|PORT$|HOST$)/.test(name)));
}

function withLogin(serverUrl: string, user: string, password: string): string {
  const url = new URL(serverUrl);
  url.username = user;
  url.password = password;
  return url.href;
}
