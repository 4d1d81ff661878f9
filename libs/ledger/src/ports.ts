import type { Actor, Awaits, Bundle, Scope, Service, StoredEvent } from '@alloy/contracts';
import type { Policy } from '@alloy/policy';
import type { Context, ReleaseEvent, StableRef, State, Status } from '@alloy/release';
import type { ExpectedVersion } from '@alloy/event-store';

/** A release's stream, folded. */
export interface Loaded {
  readonly state: State;
  readonly events: readonly StoredEvent[];
  /** Postgres' clock when it was read, ms since 1970. */
  readonly now: number;
}

export interface AppendOptions {
  /** Decisions give the version they folded; facts `any`. */
  readonly expected: ExpectedVersion;
  readonly actor: Actor;
  /** The event that led to this; default: the stream's last, of those that this process has seen if it has seen any. */
  readonly causationId?: string | null;
  /** Ids of the events, one each: a second append of the same ids adds nothing, so a fact may be retried. Default: new UUIDv7s. */
  readonly ids?: readonly string[];
  /** W3C trace context of the writer; default: the ledger's, see `LedgerOptions.traceparent`. */
  readonly traceparent?: string | null;
}

/** Who waits, with what is needed to load it. */
export interface ReleaseKey {
  readonly releaseId: string;
  readonly project: string;
  readonly environment: string;
}

/** A release and the version of its stream when the view was read. */
export interface VersionedKey extends ReleaseKey {
  readonly version: number;
}

/**
 * The releases' log: `libs/release` on `libs/event-store`. The only way in which services read and append release events.
 */
export interface ReleaseLog {
  /** State `none` if there is no such release. */
  load(key: ReleaseKey | string): Promise<Loaded>;
  /** Rejects with `VersionConflict`, or with `InlineConflict` when the slot is taken: load and decide again. Pokes the relay after the commit. */
  append(key: ReleaseKey, events: readonly ReleaseEvent[], options: AppendOptions): Promise<readonly StoredEvent[]>;
  /** What `decide` needs from outside the stream, as of now. */
  context(key: ReleaseKey): Promise<Context>;
  /** Releases that await the service (ended ones too, where a late intent has no answer yet), or (planner) whose `next_due_at` has passed. Safe to call as often as one likes. */
  waitingFor(service: Awaits): Promise<readonly VersionedKey[]>;
  /** Every unfinished release of the project and environment, oldest first. */
  unfinished(project: string, environment: string): Promise<readonly ReleaseKey[]>;
  /** All releases whose status is one of these, each with the version of its stream. */
  withStatus(statuses: readonly Status[]): Promise<readonly VersionedKey[]>;
  /** The earliest due time of any release, ms since 1970, for a timer that is finer than the sweep; null: none. */
  nextDueAt(): Promise<number | null>;
}

export interface ProjectSettings {
  readonly id: string;
  readonly environment: string;
  /** False: the environment has no policy, so nothing may be released to it; `policy` is then the defaults. */
  readonly isConfigured: boolean;
  readonly policy: Policy;
}

/** Sealed manifests. AES-256-GCM with a data key per release, wrapped by the master key; data keys lie outside the database. */
export interface ArtifactStore {
  /** Idempotent by release id. Gives the digest of the ciphertext, hex SHA-256. */
  seal(releaseId: string, project: string, bundle: Bundle): Promise<string>;
  /**
   * Seals for the `ReleaseRequested` that `append` appends, with the digest that it is given: both are kept, in one transaction, or neither.
   * Of a release that was sealed before, `append` gets that digest, at a second call. Rejects as `append` does.
   */
  sealWith<T>(releaseId: string, project: string, bundle: Bundle, append: (digest: string) => Promise<T>): Promise<T>;
  /** Rejects with `ArtifactUnreadable` if it is unknown, shredded, or was tampered with. */
  open(digest: string): Promise<Bundle>;
  /** Destroys the key: nobody can open it any more, from a restored dump neither. Idempotent; rejects with `ArtifactUnreadable` if it was never sealed. */
  shred(digest: string): Promise<void>;
  /** False: never sealed, or shredded. */
  isRestorable(digest: string): Promise<boolean>;
  /** Removes key files that no sealed bundle needs; returns how many. Idempotent. */
  sweepKeys(): Promise<number>;
  /** HMAC-SHA-256 with the project's key, hex: for names derived from content. */
  nameHash(project: string, content: string): string;
}

/** A version that was stable from `since` on (ISO 8601). */
export interface StableVersion extends StableRef {
  readonly since: string;
  /** Release whose version was brought back by this one; null: it was new. */
  readonly rollbackOf: string | null;
}

/** Where the stable version of a project and environment is remembered, for ever. */
export interface StableVersions {
  current(project: string, environment: string): Promise<(StableRef & { readonly since: string }) | undefined>;
  /** Every one that there was, newest first. */
  all(project: string, environment: string): Promise<readonly StableVersion[]>;
}

/** A row with a heartbeat and an epoch that says which replica does something; expires by Postgres' clock. */
export interface Leases {
  /** The epoch if held (taken anew or renewed), undefined if another holds it. Idempotent. */
  acquire(name: string, holder: string, ttlMs: number): Promise<number | undefined>;
  release(name: string, holder: string): Promise<void>;
  /** Names with that prefix that anybody holds now, in order. */
  held(prefix: string): Promise<readonly string[]>;
}

/** How projects release. */
export interface PolicyBook {
  /** Undefined: no such project. */
  find(project: string, environment: string): Promise<ProjectSettings | undefined>;
}

/** Who a bearer token speaks for. */
export interface TokenHolder {
  readonly tokenId: string;
  readonly account: string;
  readonly scope: Scope;
  /** Projects that the token may touch; `*`: every one. */
  readonly projects: readonly string[];
  /** Where a caller who is no user, but a pipeline, may release; unset: in every environment of its projects. */
  readonly places?: ReadonlyArray<{ readonly project: string; readonly environment: string }>;
}

/** Accounts, projects and tokens; by TypeORM, from `@alloy/ledger/orm`. */
export interface Projects {
  /** Looks a token up by the hex SHA-256 of its text and notes the use, at most once a minute. Undefined: unknown, expired, revoked, or of an account that was removed. */
  findToken(sha256: string): Promise<TokenHolder | undefined>;
  /** What a user may who shows no token: release (scope `deploy`) what any live token of his may. Undefined: no such user. */
  findUser(account: string): Promise<TokenHolder | undefined>;
  /** True if there is such a project. */
  exists(project: string): Promise<boolean>;
}

/** A pod's request counters as one scrape read them. */
export interface Measurement {
  readonly releaseId: string;
  readonly step: number;
  readonly attempt: number;
  readonly track: 'stable' | 'canary';
  readonly pod: string;
  readonly requests: number;
  readonly errors: number;
  /** Milliseconds observed so far in this attempt, on the watcher's monotonic clock. */
  readonly observedMs: number;
  /** The series that was read; null: not recorded. Default null. */
  readonly metric?: string | null;
  /** `process_start_time_seconds` of the page, seconds since 1970; null: it has none. Default null. */
  readonly processStart?: number | null;
  /** Restarts of the pod's containers; null: not known. Default null. */
  readonly restarts?: number | null;
  /** Why nothing was read, and both counters are 0; null: they were read. Default null. */
  readonly failure?: 'connection' | null;
  /** ISO 8601; default: Postgres' clock. */
  readonly at?: string;
}

/** Raw measurements: append-only, partitioned by day, kept `keepDays` days (default 30). */
export interface Measurements {
  record(rows: readonly Measurement[]): Promise<void>;
  /** In the order of their recording. */
  read(releaseId: string, step: number, attempt: number): Promise<readonly Required<Measurement>[]>;
}

/** Sealed manifests that can't be had: never stored, shredded, sealed under another master key, or tampered with. */
export class ArtifactUnreadable extends Error {
  readonly code = 'artifact_unreadable';
  constructor(readonly digest: string, why: string) {
    super(`artifact ${digest}: ${why}`);
    this.name = 'ArtifactUnreadable';
  }
}

export type { Service };
