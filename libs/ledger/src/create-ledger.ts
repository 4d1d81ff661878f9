import type { Pool } from 'pg';
import { upcast, type StoredEvent } from '@alloy/contracts';
import { createPool, PostgresEventStore, readStream, type EventStore } from '@alloy/event-store';
import { releaseUpcasters } from '@alloy/release';
import { folderKeystore } from './artifacts/keystore';
import { sealedArtifacts } from './artifacts/sealed-artifacts';
import type { HeartbeatStore } from './heartbeats/heartbeat-store';
import { postgresHeartbeats } from './heartbeats/postgres-heartbeats';
import { postgresLeases } from './leases/postgres-leases';
import { postgresMeasurements } from './measurements/postgres-measurements';
import type { ObservedPods } from './observed-pods/observed-pods';
import { recordObservedPods } from './observed-pods/record-observed-pods';
import type { Outbox } from './notifications/outbox';
import type { ArtifactStore, Leases, Measurements, PolicyBook, ReleaseLog, StableVersions } from './ports';
import { deferred } from './orm/deferred';
import { ormOn, type Orm } from './orm/orm';
import { policyBook } from './projects/policy-book';
import type { ProjectSecrets } from './secrets/project-secrets';
import { openSecrets } from './secrets/open-secrets';
import { secretsKey } from './secrets/secrets-key';
import { Histories } from './release-log/histories';
import { createReleaseLog } from './release-log/release-log';
import { releaseView } from './views/release/release';
import { shreddedArtifactView } from './views/shredded-artifact/shredded-artifact';
import { slotView } from './views/slot/slot';
import { stableVersionView } from './views/stable-version/stable-version';

export interface LedgerOptions {
  /** With the service's own role. */
  readonly databaseUrl: string;
  /** Shown in pg_stat_activity; default `alloy`. */
  readonly name?: string;
  /** Name of the cluster that plans are made for; default `default`. */
  readonly cluster?: string;
  /** Called after each commit with what was committed; must not throw. Default: nothing, the relay polls. */
  readonly poke?: (events: readonly StoredEvent[]) => void;
  /** Trace context for what is appended to a release, of those types, where its writer gives none. Default: none. */
  readonly traceparent?: (releaseId: string, types: readonly string[]) => string | null;
  /** 32 bytes; without it and `keystoreDir` there are no artifacts. */
  readonly masterKey?: Buffer;
  /** 32 bytes; without it there are no secrets. */
  readonly secretsKey?: Buffer;
  /** Folder of the wrapped data keys, made if absent. */
  readonly keystoreDir?: string;
  /** Data keys that are made before they are needed, by whoever seals often; default 0. */
  readonly spareKeys?: number;
  /** Default 5. */
  readonly poolSize?: number;
  /** A connection that broke while idle, which the pool replaces. Default: ignored. */
  readonly onPoolError?: (error: Error) => void;
}

/** Everything that Alloy keeps, behind ports; accounts, projects, tokens and histories are read by `@alloy/ledger/orm`, for those who need TypeORM. */
export interface Ledger {
  readonly pool: Pool;
  /** TypeORM, on that pool. */
  readonly orm: Orm;
  readonly store: EventStore;
  readonly log: ReleaseLog;
  readonly leases: Leases;
  readonly heartbeats: HeartbeatStore;
  readonly stable: StableVersions;
  readonly policies: PolicyBook;
  readonly measurements: Measurements;
  readonly observedPods: ObservedPods;
  readonly outbox: Outbox;
  /** Throws if the ledger was made without `masterKey` and `keystoreDir`. */
  readonly artifacts: ArtifactStore;
  /** Throws if the ledger was made without `secretsKey`. */
  readonly secrets: ProjectSecrets;
  close(): Promise<void>;
}

/** The ledger on Postgres. Connects at the first use. */
export function createLedger(options: LedgerOptions): Ledger {
  const pool = createPool(options.databaseUrl, { name: options.name ?? 'alloy', max: options.poolSize ?? 5, onError: options.onPoolError });
  // The slot first: who frees it locks the rows of those that wait, who takes it must not hold its own row yet.
  const histories = new Histories();
  const artifacts = options.masterKey && options.keystoreDir ? sealedArtifacts(pool, options.masterKey, folderKeystore(options.keystoreDir), options.spareKeys ?? 0) : undefined;
  const inlineViews = [slotView, releaseView(histories, async (client, stream) => (await readStream(client, stream, 0)).map((event) => upcast(event, releaseUpcasters))), stableVersionView, shreddedArtifactView, ...(artifacts ? [artifacts.view] : [])];
  const store = new PostgresEventStore({ pool, inlineViews, upcasters: releaseUpcasters });
  const orm = ormOn(pool);
  const secrets = options.secretsKey && secretsOn(pool, orm, secretsKey(options.secretsKey));
  return {
    pool, orm, store,
    log: createReleaseLog({ pool, store, histories, cluster: options.cluster ?? 'default', poke: options.poke ?? (() => {}), traceparent: options.traceparent ?? (() => null) }),
    leases: postgresLeases(pool),
    heartbeats: postgresHeartbeats(pool),
    policies: policyBook(pool),
    stable: stableOn(orm),
    measurements: postgresMeasurements(pool),
    observedPods: { ...recordObservedPods(pool), ...observedPodsOn(orm) },
    outbox: outboxOn(orm),
    get artifacts() {
      if (!artifacts) throw new Error('this ledger was made without masterKey and keystoreDir');
      return artifacts;
    },
    get secrets() {
      if (!secrets) throw new Error('this ledger was made without masterKey');
      return secrets;
    },
    async close() {
      await artifacts?.close();
      await pool.end();
    },
  };
}

const stableOn = (orm: Orm): StableVersions =>
  deferred(async () => {
    const { typeormStableVersions } = await import('./views/stable-version/typeorm-stable-versions.js');
    return typeormStableVersions(await orm.source());
  }, ['current', 'all']);

const observedPodsOn = (orm: Orm): Pick<ObservedPods, 'find'> =>
  deferred(async () => {
    const { findObservedPods } = await import('./observed-pods/find-observed-pods.js');
    return findObservedPods(await orm.source());
  }, ['find']);

const secretsOn = (pool: Pool, orm: Orm, key: Buffer): ProjectSecrets => {
  const kept = deferred(async () => {
    const { typeormSecrets } = await import('./secrets/typeorm-secrets.js');
    return typeormSecrets(await orm.source(), key);
  }, ['put', 'remove', 'list']);
  return { ...kept, ...openSecrets(pool, key) };
};

const outboxOn = (orm: Orm): Outbox =>
  deferred(async () => {
    const { typeormOutbox } = await import('./notifications/typeorm-outbox.js');
    return typeormOutbox(await orm.source());
  }, [
    'queuedUpTo', 'queue', 'dueRoutes', 'first', 'nextDueInMs', 'settle', 'postpone', 'forget',
    'trouble', 'setTrouble', 'countTroubles', 'thread', 'keepThread', 'forgetTold',
  ]);
