import type { Actor, Awaits, Bundle, Service, StoredEvent } from '@alloy/contracts';
import type { Context, Policy, ReleaseEvent, StableRef, State, Status } from '@alloy/release';
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
  /** The event that led to this; default: the stream's last. */
  readonly causationId?: string | null;
}

/** Who waits, with what is needed to load it. */
export interface ReleaseKey {
  readonly releaseId: string;
  readonly project: string;
  readonly environment: string;
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
  /** Unfinished releases that await the service, or (planner) whose `next_due_at` has passed. Safe to call as often as one likes. */
  waitingFor(service: Awaits): Promise<readonly ReleaseKey[]>;
  /** Every unfinished release of the project and environment, oldest first. */
  unfinished(project: string, environment: string): Promise<readonly ReleaseKey[]>;
  /** All releases whose status is one of these. */
  withStatus(statuses: readonly Status[]): Promise<readonly ReleaseKey[]>;
  /** Id of the release's earliest due time, for a timer that is finer than the sweep; null: none. */
  nextDueAt(): Promise<number | null>;
}

export interface ProjectSettings {
  readonly id: string;
  readonly environment: string;
  readonly policy: Policy;
}

/** Sealed manifests. AES-256-GCM with a data key per release, wrapped by the master key; data keys lie outside the database. */
export interface ArtifactStore {
  /** Idempotent by release id. Gives the digest of the ciphertext, hex SHA-256. */
  seal(releaseId: string, project: string, bundle: Bundle): Promise<string>;
  /** Rejects with `ArtifactUnreadable` if it is unknown, shredded, or was tampered with. */
  open(digest: string): Promise<Bundle>;
  /** HMAC-SHA-256 with the project's key, hex: for names derived from content. */
  nameHash(project: string, content: string): string;
}

/** Where the stable version of a project and environment is remembered, for ever. */
export interface StableVersions {
  current(project: string, environment: string): Promise<(StableRef & { readonly since: string }) | undefined>;
}

/** A row with a heartbeat and an epoch that says which replica does something; expires by Postgres' clock. */
export interface Leases {
  /** The epoch if held (taken anew or renewed), undefined if another holds it. Idempotent. */
  acquire(name: string, holder: string, ttlMs: number): Promise<number | undefined>;
  release(name: string, holder: string): Promise<void>;
}

export type { Service };
