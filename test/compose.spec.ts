import 'reflect-metadata';
import { services, type Service } from '@alloy/contracts';
import { serviceMemoryEnv, serviceNodeFlags } from '@alloy/embedded';
import { HealthController, parseConfig } from '@alloy/service';
import { inboxPrefixOf, natsUserOf } from '@alloy/transport';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ZodObject } from 'zod';
import { executorConfig } from '../apps/executor/src/config';
import { ingestConfig } from '../apps/ingest/src/config';
import { configSchema as migrateConfig } from '../apps/migrate/src/config';
import { notifierConfig } from '../apps/notifier/src/config';
import { plannerConfig } from '../apps/planner/src/config';
import { watcherConfig } from '../apps/watcher/src/config';
import { NATS_VERSION } from '../libs/embedded/src/nats/fetch-server';
import { natsConf } from './support/nats-conf';

interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
}

const read = (file: string): string => readFileSync(join(__dirname, '..', file), 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const dockerfile = read('deploy/Dockerfile');
const example = Object.fromEntries([...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
/** An .env file as an operator completes it. */
const dotenv: Readonly<Record<string, string>> = {
  ...example,
  ALLOY_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
  ALLOY_SECRETS_KEY: Buffer.alloc(32, 2).toString('base64'),
  ALLOY_BOOTSTRAP_TOKEN: 'b'.repeat(64),
};

const schemas: Readonly<Record<Service | 'migrate', ZodObject>> = {
  ingest: ingestConfig, planner: plannerConfig, executor: executorConfig, watcher: watcherConfig,
  notifier: notifierConfig, migrate: migrateConfig,
};
const ours = Object.keys(schemas) as Array<Service | 'migrate'>;

/** Substitutes a value as compose does: `${NAME}`, `${NAME:-default}`, `${NAME:?}`. */
const filled = (value: string, env: Readonly<Record<string, string>>): string =>
  value.replace(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind: string | undefined, fallback: string) => {
    const given = env[name];
    if (given) return given;
    if (kind === '?') throw new Error(`${name} must be set`);
    return kind === '-' ? fallback : '';
  });
const environmentOf = (service: string, env = dotenv): Record<string, string> =>
  Object.fromEntries(Object.entries(compose.services[service]!.environment ?? {}).map(([name, value]) => [name, filled(value, env)]));

describe('docker-compose.yml', () => {
  it('defines Postgres, NATS with JetStream, the migrate step and every service', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['postgres', 'nats', ...ours].sort());
    expect(compose.services['nats']!.command).toContain('--jetstream');
  });

  it.each(ours)('sets for %s every variable that it needs and none that it does not read', (service) => {
    const environment = environmentOf(service);
    // OpenTelemetry's SDK reads its variables itself.
    expect(Object.keys(environment).filter((name) => !(name in schemas[service].shape) && !name.startsWith('OTEL_'))).toEqual([]);
    expect(() => parseConfig(schemas[service], environment)).not.toThrow();
  });

  it('starts with .env.example and its two empty keys filled in, and refuses to start without those keys', () => {
    const { ALLOY_MASTER_KEY, ALLOY_SECRETS_KEY } = dotenv as { ALLOY_MASTER_KEY: string; ALLOY_SECRETS_KEY: string };
    const least = { ...example, ALLOY_MASTER_KEY, ALLOY_SECRETS_KEY };
    for (const service of ours) expect(() => parseConfig(schemas[service], environmentOf(service, least))).not.toThrow();
    expect(() => environmentOf('ingest', example)).toThrow('ALLOY_MASTER_KEY must be set');
    expect(() => environmentOf('notifier', { ...example, ALLOY_MASTER_KEY })).toThrow('ALLOY_SECRETS_KEY must be set');
  });

  it.each([...services])('gives %s its own database role and its own port, which the health check uses', (service) => {
    const { DATABASE_URL, PORT, HOST } = environmentOf(service);
    expect(new URL(DATABASE_URL!)).toMatchObject({
      username: `alloy_${service}`,
      hostname: 'postgres',
      port: '5432',
      pathname: `/${dotenv['DB_NAME']}`,
    });
    expect(Number(PORT)).toBe(8080 + services.indexOf(service));
    expect(HOST).toBe('0.0.0.0');
    const [, asked] = /fetch\('([^']+)'\)/.exec(compose.services[service]!.healthcheck!.test.join(' ')) ?? [];
    expect(asked).toBe(`http://127.0.0.1:${PORT}/${String(Reflect.getMetadata('path', HealthController.prototype.ready))}`);
    expect(compose.services[service]!.depends_on).toEqual({
      migrate: { condition: 'service_completed_successfully' },
      nats: { condition: 'service_healthy' },
    });
  });

  it.each([...services])('gives %s its own user of nats-server with a password that the server accepts', (service) => {
    const { NATS_URL, NATS_INBOX_PREFIX } = environmentOf(service);
    const password = dotenv[`ALLOY_NATS_PASSWORD_${service.toUpperCase()}`];
    expect(new URL(NATS_URL!)).toMatchObject({ username: natsUserOf(service), password, hostname: 'nats', port: '4222' });
    expect(NATS_INBOX_PREFIX).toBe(inboxPrefixOf(service));
    expect(environmentOf('nats')[`ALLOY_NATS_PASSWORD_${service.toUpperCase()}`]).toBe(`"${password}"`);
  });

  it('mounts deploy/nats.conf, which has the permissions of every user', () => {
    expect(compose.services['nats']!.volumes).toContain('./deploy/nats.conf:/etc/nats/alloy.conf:ro');
    expect(compose.services['nats']!.command).toEqual(expect.arrayContaining(['--config', '/etc/nats/alloy.conf']));
    expect(read('deploy/nats.conf')).toBe(natsConf());
  });

  it('gives the migrate step the owner\'s database role, which creates the role of each service', () => {
    const environment = environmentOf('migrate');
    expect(new URL(environment['DATABASE_URL']!).username).toBe(dotenv['DB_USER']);
    expect(Object.keys(JSON.parse(environment['ALLOY_ROLE_PASSWORDS']!) as object).sort()).toEqual(
      services.map((service) => `alloy_${service}`).sort(),
    );
  });

  it('gives each role its own password, which the migrate step sets', () => {
    const set = JSON.parse(environmentOf('migrate')['ALLOY_ROLE_PASSWORDS']!) as Readonly<Record<string, string>>;
    const used = Object.fromEntries(
      services.map((service) => [`alloy_${service}`, new URL(environmentOf(service)['DATABASE_URL']!).password]),
    );
    expect(used).toEqual(set);
    expect(new Set(Object.values(used)).size).toBe(services.length);
  });

  it('runs the nats-server version that npm start runs', () => expect(compose.services['nats']!.image).toBe(`nats:${NATS_VERSION}-alpine`));

  it('reads exactly the variables of .env.example, which includes the names of the original', () => {
    const read = new Set([...text.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(([, name]) => name));
    expect([...read].sort()).toEqual(Object.keys(example).sort());
    expect(Object.keys(example)).toEqual(
      expect.arrayContaining(['APP_PORT', 'APP_ENV', 'DB_HOST', 'DB_PORT', 'DB_USER', 'DB_PASSWORD', 'DB_NAME']),
    );
  });

  it('refers to images by version and to declared volumes only', () => {
    for (const { image } of Object.values(compose.services)) expect(image).toMatch(/^[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
    const named = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes)
      .map((volume) => volume.split(':')[0]!)
      .filter((name) => !name.startsWith('.'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });
});

describe('deploy/Dockerfile', () => {
  it('starts Node as npm start does, and without source maps, of which each process would hold 100 MB', () => {
    const [, entrypoint] = /^ENTRYPOINT (.+)$/m.exec(dockerfile)!;
    expect((JSON.parse(entrypoint!) as string[]).slice(0, -2)).toEqual(['node', ...serviceNodeFlags]);
    const set = [...dockerfile.matchAll(/^ENV (.+)$/gm)].flatMap(([, pairs]) => pairs!.split(' ')).map((pair) => pair.split('='));
    expect(Object.fromEntries(set)).toMatchObject(serviceMemoryEnv);
  });

  it('builds in one stage and runs in another, both of a fixed version, as a user other than root', () => {
    const stages = [...dockerfile.matchAll(/^FROM (\S+)(?: AS (\S+))?$/gm)];
    expect(stages).toHaveLength(2);
    for (const [, image] of stages) expect(image).toMatch(/^node:\d+\.\d+-bookworm-slim$/);
    expect([...dockerfile.matchAll(/^USER (\S+)$/gm)].map(([, user]) => user)).toEqual(['node']);
    expect(dockerfile.indexOf('USER node')).toBeGreaterThan(dockerfile.lastIndexOf('FROM '));
  });

  it('can run every command of the compose file and creates every folder that is mounted', () => {
    for (const service of ours)
      expect(existsSync(join(__dirname, '..', 'apps', compose.services[service]!.command![0]!, 'src', 'main.ts'))).toBe(true);
    const mounted = ours
      .flatMap((service) => compose.services[service]!.volumes ?? [])
      .filter((volume) => !volume.startsWith('.'))
      .map((volume) => volume.split(':')[1]!);
    const made = /^RUN mkdir (.+) && chown node:node (.+)$/m.exec(dockerfile)!;
    expect(made[1]!.split(' ').sort()).toEqual([...new Set(mounted)].sort());
    expect(made[2]).toBe(made[1]);
  });
});
