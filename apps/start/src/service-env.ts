import type { Service } from '@alloy/contracts';
import type { Home } from './home';
import type { Options } from './options';

export interface Addresses {
  /** As the owner. */
  readonly databaseUrl: string;
  readonly natsUrl: string;
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

/** What a service gets: its own role's URL, and of the secrets only those it needs. */
export function serviceEnv(service: Service, { options, home, addresses, passwords, port }: ServiceEnvInput): Record<string, string | undefined> {
  const touchesCluster = service === 'executor' || service === 'watcher';
  const opensBundles = service === 'ingest' || service === 'executor';
  const tells = service === 'notifier';
  const opensSecrets = service === 'ingest' || tells;
  const key = options.masterKey ? { ALLOY_MASTER_KEY: options.masterKey } : { ALLOY_MASTER_KEY_FILE: home.masterKey };
  return {
    ...options.shared,
    PORT: String(port),
    DATABASE_URL: asRole(addresses.databaseUrl, roleOf(service), passwords[roleOf(service)]!),
    NATS_URL: addresses.natsUrl,
    ...(touchesCluster ? { ALLOY_KUBECONFIG: addresses.kubeconfig } : {}),
    ...(opensBundles ? { ...key, ALLOY_KEYSTORE: home.keystore } : {}),
    ...(opensSecrets ? { ALLOY_SECRETS_KEY_FILE: home.secretsKey } : {}),
    // On one machine the receivers may be on it, too.
    ...(tells ? { ALLOY_ALLOW_LOOPBACK: 'true', ...(options.appPort > 0 ? { ALLOY_PUBLIC_URL: `http://127.0.0.1:${options.appPort}` } : {}) } : {}),
    ...(service === 'planner' ? { ALLOY_AUDIT_KEY_FILE: home.auditKey } : {}),
    ...(service === 'planner' || service === 'ingest' ? { ALLOY_AUDIT_DIR: home.audit } : {}),
  };
}

/** Of the machine's environment what any program needs, and nothing that could point it elsewhere. */
export function bareEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(ALLOY_|PG|DATABASE_URL$|NATS_|KUBE|APP_|PORT$|HOST$)/.test(name)));
}

function asRole(ownerUrl: string, role: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = password;
  return url.href;
}
