import type { Actor, Awaits, Bundle, Scope, Service, StoredEvent } from '@alloy/contracts';
import type { Policy } from '@alloy/policy';
import type { Context, ReleaseEvent, RunningTemplate, StableDrift, StableRef, State, Status, Target } from '@alloy/release';
import type { ExpectedVersion } from '@alloy/event-store';
import type { LeaseStore } from '@alloy/runtime';

/** A release's stream with its folded state. */
export interface Loaded {
  readonly state: State;
  readonly events: readonly StoredEvent[];
  /** Postgres' clock when it was read, ms since 1970. */
  readonly now: number;
}

export interface AppendOptions {
  /** Decisions pass the folded version; facts `any`. */
  readonly expected: ExpectedVersion;
  readonly actor: Actor;
  /**
   * The id of the causing event; default: the stream's last event, of those that this process has read if it has read
   * any.
   */
  readonly causationId?: string | null;
  /**
   * Ids of the events, one each: a second append with the same ids adds nothing, so facts may be retried. Default: new
   * UUIDv7s.
   */
  readonly ids?: readonly string[];
  /** W3C trace context of the writer; default: the ledger's, see `LedgerOptions.traceparent`. */
  readonly traceparent?: string | null;
  /** Also puts the environment on hold, in the same transaction, unless it is on hold already. Default: it does not. */
  readonly placesHold?: { readonly reason: string | null };
}

/** A release with the keys to load it. */
export interface ReleaseKey {
  readonly releaseId: string;
  readonly project: string;
  readonly environment: string;
}

/** A release with the version of its stream when the view was read. */
export interface VersionedKey extends ReleaseKey {
  readonly version: number;
}

/** Releases with the versions of their streams, as one statement read them. */
export interface ReleaseList {
  readonly releases: readonly VersionedKey[];
  /** Of the ids and versions of all these releases. */
  readonly digest: string;
}

/** By Postgres' clock, ms since 1970. */
export interface NextDue {
  /** Null: no decision becomes due by time alone. */
  readonly at: number | null;
  /** When it was read. */
  readonly now: number;
}

/**
 * The log of the releases: `libs/release` on `libs/event-store`. Services read and append release events only through
 * it.
 */
export interface ReleaseLog {
  /** State `none` if the release does not exist. */
  load(key: ReleaseKey | string): Promise<Loaded>;
  /**
   * Rejects with `VersionConflict`, or with `InlineConflict` if the slot is taken: load and decide again. Sends a
   * commit notification after the commit.
   */
  append(key: ReleaseKey, events: readonly ReleaseEvent[], options: AppendOptions): Promise<readonly StoredEvent[]>;
  /** The current data outside of the stream that `decide` needs. */
  context(key: ReleaseKey): Promise<Context>;
  /**
   * Releases that await the service (also ended ones with an unanswered late intent) or, for the planner, whose
   * `next_due_at` has passed. Safe to call at any rate.
   */
  waitingFor(service: Awaits): Promise<readonly VersionedKey[]>;
  /** Every unfinished release of the project and environment, oldest first. */
  unfinished(project: string, environment: string): Promise<readonly ReleaseKey[]>;
  /** All releases whose status is one of these, each with the version of its stream. */
  withStatus(statuses: readonly Status[]): Promise<readonly VersionedKey[]>;
  /**
   * Like `withStatus`, for a caller that reads the list repeatedly: returns `before` itself if no release was added,
   * removed or changed since; Postgres then sends no releases.
   */
  listWithStatus(statuses: readonly Status[], before: ReleaseList | undefined): Promise<ReleaseList>;
  /** The earliest due time of any release, for a timer with a finer resolution than the resync. */
  nextDue(): Promise<NextDue>;
}

export interface ProjectSettings {
  readonly id: string;
  readonly environment: string;
  /** False: the environment has no policy, so no release is allowed; `policy` then has the defaults. */
  readonly isConfigured: boolean;
  readonly policy: Policy;
}

/**
 * Sealed manifests. AES-256-GCM with a data key per release, wrapped by the master key; data keys are stored outside
 * the database.
 */
export interface ArtifactStore {
  /** Idempotent by release id. Returns the digest of the ciphertext, hex SHA-256. */
  seal(releaseId: string, project: string, bundle: Bundle): Promise<string>;
  /**
   * Seals for the `ReleaseRequested` that `append` appends with the given digest: one transaction stores both, or
   * neither. If the release was already sealed, calls `append` a second time, with that digest. Rejects like `append`.
   */
  sealWith<T>(releaseId: string, project: string, bundle: Bundle, append: (digest: string) => Promise<T>): Promise<T>;
  /** Rejects with `ArtifactUnreadable` if the artifact is unknown, shredded, or was tampered with. */
  open(digest: string): Promise<Bundle>;
  /**
   * Destroys the key, so that the artifact cannot be opened, not even from a restored dump. Idempotent; rejects with
   * `ArtifactUnreadable` if it was never sealed.
   */
  shred(digest: string): Promise<void>;
  /** False: never sealed, or shredded. */
  isRestorable(digest: string): Promise<boolean>;
  /** Removes key files that no sealed bundle needs; returns their number. Idempotent. */
  purgeKeys(): Promise<number>;
  /** HMAC-SHA-256 with the project's key, hex: for names and comparisons derived from content. */
  nameHash(project: string, content: string): string;
}

/** A version that became stable at `since` (ISO 8601). */
export interface CurrentStable extends StableRef {
  readonly since: string;
  /** Whether a release promoted it; false: it ran before Alloy, or another client changed the workload to it. */
  readonly judged: boolean;
  /** The workload that has it; null: it became stable before Alloy recorded this. */
  readonly target: Target | null;
}

/** What runs instead of a stable version, as the watcher has recorded it at `at` (ISO 8601). */
export interface RecordedStableDrift extends StableDrift {
  readonly at: string;
}

/** The stable version of a project and environment in which no release runs. */
export interface IdleStable {
  readonly project: string;
  readonly environment: string;
  /** The release whose stream records the version: it was promoted, or adopted the version. */
  readonly recordedBy: string;
  /** Version of that stream when this was read. */
  readonly version: number;
  /** The release whose label the version's pods have; null: they have none. */
  readonly releaseId: string | null;
  readonly image: string;
  readonly imageTag: string;
  readonly target: Required<Target>;
  /** The templates with which the version was promoted, and last rolled back to; empty: not recorded. */
  readonly templates: readonly RunningTemplate[];
  /** The last recorded change of what runs; null: none, or it was undone. */
  readonly drift: RecordedStableDrift | null;
  /** Number of changes that were recorded so far. */
  readonly drifts: number;
}

/** A version that is or was stable. */
export interface StableVersion extends CurrentStable {
  /** The release whose version this one restored; null: it was new. */
  readonly rollbackOf: string | null;
}

/** The stable versions of each project and environment, without expiry. */
export interface StableVersions {
  current(project: string, environment: string): Promise<CurrentStable | undefined>;
  /** All versions, newest first. */
  all(project: string, environment: string): Promise<readonly StableVersion[]>;
  /**
   * The stable versions where no release is unfinished, and no release is stuck, whose rollback Alloy may still
   * finish. `only`: of this project and environment; default: of all.
   */
  idle(only?: Pick<ReleaseKey, 'project' | 'environment'>): Promise<readonly IdleStable[]>;
  /** What runs instead of the current stable version, as the watcher has recorded it; null: nothing is recorded. */
  drift(project: string, environment: string): Promise<RecordedStableDrift | null>;
}

/** The leases that determine which replica does a task; the row of a lease outlives its holder. */
export interface Leases extends LeaseStore {
  /** Currently held names with this prefix, in order. */
  held(prefix: string): Promise<readonly string[]>;
}

/** The policies of projects. */
export interface PolicyBook {
  /** Undefined: the project does not exist. */
  find(project: string, environment: string): Promise<ProjectSettings | undefined>;
}

/** The account and permissions of a bearer token. */
export interface TokenHolder {
  readonly tokenId: string;
  readonly account: string;
  readonly scope: Scope;
  /** Projects for which the token is valid; `*`: all. */
  readonly projects: readonly string[];
  /** Where a pipeline without a user may release; unset: in every environment of its projects. */
  readonly places?: ReadonlyArray<{ readonly project: string; readonly environment: string }>;
}

/** Accounts, projects and tokens; by TypeORM, from `@alloy/ledger/orm`. */
export interface Projects {
  /**
   * Finds a token by the hex SHA-256 of its text and records the use, at most once a minute. Undefined: unknown,
   * expired, revoked, or of a removed account.
   */
  findToken(sha256: string): Promise<TokenHolder | undefined>;
  /**
   * The permissions of a user without a token: to release (scope `deploy`) wherever one of the user's valid tokens may.
   * Undefined: the user does not exist.
   */
  findUser(account: string): Promise<TokenHolder | undefined>;
  /** Whether the project exists. */
  exists(project: string): Promise<boolean>;
}

/** A pod's request counters of one scrape. */
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
  /** The series of the reading; null: not recorded. Default null. */
  readonly metric?: string | null;
  /** `process_start_time_seconds` of the page, seconds since 1970; null: it has none. Default null. */
  readonly processStart?: number | null;
  /** Restarts of the pod's containers; null: unknown. Default null. */
  readonly restarts?: number | null;
  /** Why the reading failed, with both counters 0; null: it succeeded. Default null. */
  readonly failure?: 'connection' | null;
  /** ISO 8601; default: Postgres' clock. */
  readonly at?: string;
}

/** Raw measurements: append-only, partitioned by day, kept `keepDays` days (default 30). */
export interface Measurements {
  record(rows: readonly Measurement[]): Promise<void>;
  /** In the order of recording. */
  read(releaseId: string, step: number, attempt: number): Promise<readonly Required<Measurement>[]>;
}

/** Sealed manifests that cannot be opened: never stored, shredded, sealed with another master key, or tampered with. */
export class ArtifactUnreadable extends Error {
  readonly code = 'artifact_unreadable';
  constructor(readonly digest: string, why: string) {
    super(`artifact ${digest}: ${why}`);
    this.name = 'ArtifactUnreadable';
  }
}

export type { Service };
