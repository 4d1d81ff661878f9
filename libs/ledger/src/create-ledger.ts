import type { Pool } from 'pg';
import { upcast, type StoredEvent } from '@alloy/contracts';
import { createPool, PostgresEventStore, readStream, type EventStore } from '@alloy/event-store';
import { releaseUpcasters } from '@alloy/release';
import { folderKeystore } from './artifacts/keystore';
import { sealedArtifacts } from './artifacts/sealed-artifacts';
import type { HeartbeatStore } from './heartbeats/heartbeat-store';
import { postgresHeartbeats } from './heartbeats/postgres-heartbeats';
import { postgresHolds, type Holds } from './holds/holds';
import { postgresLeases } from './leases/postgres-leases';
import { postgresMeasurements } from './measurements/postgres-measurements';
import type { ObservedPods } from './observed-pods/observed-pods';
import { recordObservedPods } from './observed-pods/record-observed-pods';
import type { Outbox } from './notifications/outbox';
import type { ArtifactStore, Leases, Measurements, PolicyBook, ReleaseLog, StableVersions } from './ports';
import { deferred } from './orm/deferred';
import { ormOn, type Orm } from './orm/orm';
import type { PlanRequests } from './plan-requests/plan-requests';
import { postgresPlanRequests } from './plan-requests/postgres-plan-requests';
import { policyBook } from './projects/policy-book';
import type { ProjectSecrets } from './secrets/project-secrets';
import { openSecrets } from './secrets/open-secrets';
import { secretsKey } from './secrets/secrets-key';
import { logUpcasters } from './log-upcasters';
import { Histories } from './release-log/histories';
import { createReleaseLog } from './release-log/release-log';
import { holdView } from './views/hold/hold';
import { projectPolicyView } from './views/project-policy/project-policy';
import { releaseView } from './views/release/release';
import { shreddedArtifactView } from './views/shredded-artifact/shredded-artifact';
import { slotView } from './views/slot/slot';
import { idleStables } from './views/stable-version/idle-stables';
import { stableVersionView } from './views/stable-version/stable-version';

export interface LedgerOptions {
  /** With the service's own role. */
  readonly databaseUrl: string;
  /** Application name in pg_stat_activity; default `alloy`. */
  readonly name?: string;
  /** Name of the cluster in plans; default `default`. */
  readonly cluster?: string;
  /** Called after each commit with the committed events; must not throw. Default: no action, and the relay polls. */
  readonly notifyCommit?: (events: readonly StoredEvent[]) => void;
  /** Trace context for events of these types of a release, if the writer passes none. Default: none. */
  readonly traceparent?: (releaseId: string, types: readonly string[]) => string | null;
  /** 32 bytes; without it and `keystoreDir` the ledger has no artifacts. */
  readonly masterKey?: Buffer;
  /** 32 bytes; without it the ledger has no secrets. */
  readonly secretsKey?: Buffer;
  /** Folder of the wrapped data keys, created if it does not exist. */
  readonly keystoreDir?: string;
  /** Number of data keys that are created in advance, for services that seal often; default 0. */
  readonly spareKeys?: number;
  /** Default 5. */
  readonly poolSize?: number;
  /** Called for a connection that broke while idle, which the pool replaces. Default: ignored. */
  readonly onPoolError?: (error: Error) => void;
}

/**
 * All data of Alloy, behind ports. `@alloy/ledger/orm` reads accounts, projects, tokens and histories for services that
 * need TypeORM.
 */
export interface Ledger {
  readonly pool: Pool;
  /** TypeORM, on that pool. */
  readonly orm: Orm;
  readonly store: EventStore;
  readonly log: ReleaseLog;
  /** Must be called after each commit with the committed events; see `LedgerOptions`. */
  readonly notifyCommit: (events: readonly StoredEvent[]) => void;
  readonly leases: Leases;
  readonly heartbeats: HeartbeatStore;
  readonly stable: StableVersions;
  readonly policies: PolicyBook;
  readonly holds: Holds;
  readonly measurements: Measurements;
  readonly observedPods: ObservedPods;
  readonly outbox: Outbox;
  /** Throws if the ledger was created without `masterKey` and `keystoreDir`. */
  readonly artifacts: ArtifactStore;
  /** Throws if the ledger was created without `masterKey`. */
  readonly planRequests: PlanRequests;
  /** Throws if the ledger was created without `secretsKey`. */
  readonly secrets: ProjectSecrets;
  close(): Promise<void>;
}

/** The ledger on Postgres. Connects on first use. */
export function createLedger(options: LedgerOptions): Ledger {
  const pool = createPool(options.databaseUrl, { name: options.name ?? 'alloy', max: options.poolSize ?? 5, onError: options.onPoolError });
  // The slot first: a release that frees it locks the rows of waiting releases, and one that takes it must not hold its
  // own row yet.
  const histories = new Histories();
  const artifacts =
    options.masterKey && options.keystoreDir
      ? sealedArtifacts(pool, options.masterKey, folderKeystore(options.keystoreDir), options.spareKeys ?? 0)
      : undefined;
  const inlineViews = [
    slotView,
    releaseView(histories, async (client, stream) => (await readStream(client, stream, 0)).map((event) => upcast(event, releaseUpcasters))),
    stableVersionView,
    shreddedArtifactView,
    projectPolicyView,
    holdView,
    ...(artifacts ? [artifacts.view] : []),
  ];
  const store = new PostgresEventStore({ pool, inlineViews, upcasters: logUpcasters });
  const orm = ormOn(pool);
  const notifyCommit = options.notifyCommit ?? (() => {});
  const secrets = options.secretsKey && secretsOn(pool, orm, secretsKey(options.secretsKey));
  return {
    pool, orm, store, notifyCommit,
    log: createReleaseLog({
      pool, store, histories,
      cluster: options.cluster ?? 'default',
      notifyCommit,
      traceparent: options.traceparent ?? (() => null),
    }),
    leases: postgresLeases(pool),
    heartbeats: postgresHeartbeats(pool),
    policies: policyBook(pool),
    holds: postgresHolds({ pool, store, notifyCommit }),
    stable: { ...stableOn(orm), ...idleStables(pool) },
    measurements: postgresMeasurements(pool),
    observedPods: { ...recordObservedPods(pool), ...observedPodsOn(orm) },
    outbox: outboxOn(orm),
    get artifacts() {
      if (!artifacts) throw new Error('this ledger was created without masterKey and keystoreDir');
      return artifacts;
    },
    get planRequests() {
      if (!options.masterKey) throw new Error('this ledger was created without masterKey');
      return postgresPlanRequests(pool, options.masterKey);
    },
    get secrets() {
      if (!secrets) throw new Error('this ledger was created without secretsKey');
      return secrets;
    },
    async close() {
      await artifacts?.close();
      await pool.end();
    },
  };
}

const stableOn = (orm: Orm): Pick<StableVersions, 'current' | 'all'> =>
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
    'trouble', 'setTrouble', 'countTroubles', 'thread', 'keepThread', 'forgetSent',
  ]);
