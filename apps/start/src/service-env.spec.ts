import { services } from '@alloy/contracts';
import type { Home } from './home';
import type { Options } from './options';
import { bareEnv, roleOf, serviceEnv } from './service-env';

const home = {
  masterKey: '/home/master.key', secretsKey: '/home/secrets.key', keystore: '/home/keystore',
  auditKey: '/home/audit.key', audit: '/home/audit',
} as Home;
const options = { shared: { HOST: '127.0.0.1' } } as unknown as Options;
const addresses = {
  databaseUrl: 'postgresql://owner:owners@127.0.0.1:5/postgres',
  natsUrl: 'nats://127.0.0.1:4',
  kubeconfig: '/home/kubeconfig',
};
const passwords = Object.fromEntries(services.map((service) => [roleOf(service), `of-${service}`]));
const envOf = (service: (typeof services)[number]): Record<string, string | undefined> =>
  serviceEnv(service, { options, home, addresses, passwords, port: 1 });

describe('serviceEnv', () => {
  it('connects each service as its own role', () => {
    for (const service of services)
      expect(envOf(service)['DATABASE_URL']).toBe(`postgresql://alloy_${service}:of-${service}@127.0.0.1:5/postgres`);
  });

  it('passes keys only to services that decrypt with them, and the cluster only to executor and watcher', () => {
    const having = (name: string): string[] => services.filter((service) => envOf(service)[name] !== undefined);
    expect(having('ALLOY_MASTER_KEY_FILE')).toEqual(['ingest', 'executor']);
    expect(having('ALLOY_SECRETS_KEY_FILE')).toEqual(['ingest', 'notifier']);
    expect(having('ALLOY_KEYSTORE')).toEqual(['ingest', 'executor']);
    expect(having('ALLOY_KUBECONFIG')).toEqual(['executor', 'watcher']);
    expect(having('ALLOY_AUDIT_KEY_FILE')).toEqual(['planner']);
    expect(having('ALLOY_AUDIT_DIR')).toEqual(['ingest', 'planner']);
  });

  it('gives each service its own user of the embedded nats-server, and an external server unchanged', () => {
    const natsPasswords = Object.fromEntries(services.map((service) => [`alloy_${service}`, `nats-${service}`]));
    for (const service of services) {
      expect(serviceEnv(service, { options, home, addresses: { ...addresses, natsPasswords }, passwords, port: 1 })).toMatchObject({
        NATS_URL: `nats://alloy_${service}:nats-${service}@127.0.0.1:4`,
        NATS_INBOX_PREFIX: `_INBOX_${service}`,
      });
      expect(envOf(service)).toMatchObject({ NATS_URL: 'nats://127.0.0.1:4' });
      expect(envOf(service)['NATS_INBOX_PREFIX']).toBeUndefined();
    }
  });

  it('passes no variable that could direct a service elsewhere', () => {
    expect(
      bareEnv({
        PATH: '/bin', KUBECONFIG: 'x', DATABASE_URL: 'x', PGHOST: 'x', ALLOY_MASTER_KEY: 'x', NATS_URL: 'x', PORT: '1',
        HTTPS_PROXY: 'p',
      }),
    ).toEqual({ PATH: '/bin', HTTPS_PROXY: 'p' });
  });
});
