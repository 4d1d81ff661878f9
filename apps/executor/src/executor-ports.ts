import type { Cluster, LiveStateCache, SharedInformers, Write } from '@alloy/cluster';
import type { ArtifactStore, ReleaseLog } from '@alloy/ledger';
import type { Refusal } from '@alloy/release';
import type { Attempts } from './attempts';
import type { SealedPair } from './open-bundles';
import type { PruneMemory } from './prune-memory';
import type { UnansweredCreations } from './unanswered-creations';
import type { WaitLimits } from './wait-limits';
import type { WriteBudget } from './write-budget';

/** What the executor works with. */
export interface ExecutorPorts {
  readonly log: Pick<ReleaseLog, 'load' | 'append' | 'context' | 'waitingFor'>;
  readonly cluster: Cluster;
  readonly artifacts: ArtifactStore;
  /** Id of this installation of Alloy, part of every fence. */
  readonly installation: string;
  readonly budget: WriteBudget;
  readonly waitLimits: WaitLimits;
  readonly pruning: PruneMemory;
  readonly informers: Pick<SharedInformers, 'replicaSet'>;
  readonly cache: LiveStateCache;
  /** For each running release the sealed manifests that it needed last, and will need again. */
  readonly sealed: Map<string, SealedPair>;
  /** Default: only the next release removes a canary that was created too late. */
  readonly unanswered?: UnansweredCreations;
  /**
   * From now on a change of the workload makes the executor act on the release again, so that it misses no change
   * between a read and the decision that follows from it.
   */
  readonly expectChanges?: (releaseId: string, workload: Pick<Waiting, 'namespace' | 'workload'>) => void;
  /** The attempts with their heartbeats; default: no heartbeats are recorded. */
  readonly attempts?: Attempts;
  readonly onWrite?: (releaseId: string, write: Write, outcome: 'done' | 'conflict', seconds: number) => void;
  readonly onOutcome?: (releaseId: string, type: string) => void;
}

/** What an inspection needs: it only reads. */
export type InspectionPorts = Pick<ExecutorPorts, 'log' | 'cluster' | 'artifacts' | 'installation' | 'informers'>;

/** The step of the release cannot continue before its workload changes. */
export interface Waiting {
  readonly kind: 'waiting';
  readonly namespace: string;
  readonly workload: string;
  /** Version of the release's stream that the executor has acted on. */
  readonly version: number;
  /** The executor acts again after this many seconds at the latest; default: only after a change. */
  readonly seconds?: number;
}

/** The result of one attempt to work on a release. `refused`: it fails until a user changes what refuses it. */
export type Progress =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'idle' }
  | { readonly kind: 'acted' }
  | Waiting;
export const idle: Progress = { kind: 'idle' };
export const acted: Progress = { kind: 'acted' };
