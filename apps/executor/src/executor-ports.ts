import type { Cluster, LiveStateCache, SharedInformers, Write } from '@alloy/cluster';
import type { ArtifactStore, ReleaseLog } from '@alloy/ledger';
import type { Refusal } from '@alloy/release';
import type { Attempts } from './attempts';
import type { SealedPair } from './open-bundles';
import type { Patience } from './patience';
import type { UnansweredCreations } from './unanswered-creations';
import type { WriteBudget } from './write-budget';

/** What the executor works with. */
export interface ExecutorPorts {
  readonly log: Pick<ReleaseLog, 'load' | 'append' | 'context' | 'waitingFor'>;
  readonly cluster: Cluster;
  readonly artifacts: ArtifactStore;
  /** Id of this Alloy, part of every fence. */
  readonly installation: string;
  readonly budget: WriteBudget;
  readonly patience: Patience;
  readonly informers: Pick<SharedInformers, 'replicaSet'>;
  readonly cache: LiveStateCache;
  /** The sealed manifests that each running release needed last, and so will need again. */
  readonly sealed: Map<string, SealedPair>;
  /** Default: only the next release removes a canary that was created too late. */
  readonly unanswered?: UnansweredCreations;
  /** From now on a change of the workload leads to another attempt at the release, so that none is missed between a read and its answer. */
  readonly expectChanges?: (releaseId: string, workload: Pick<Waiting, 'namespace' | 'workload'>) => void;
  /** What is worked on; default: nobody proves it. */
  readonly attempts?: Attempts;
  readonly onWrite?: (releaseId: string, write: Write, outcome: 'done' | 'conflict', seconds: number) => void;
  readonly onOutcome?: (releaseId: string, type: string) => void;
}

/** A release whose step cannot go on before its workload changes. */
export interface Waiting {
  readonly kind: 'waiting';
  readonly namespace: string;
  readonly workload: string;
  /** Of the release's stream, as it was acted on. */
  readonly version: number;
  /** Try again after so long at the latest; default: only if something changes. */
  readonly seconds?: number;
}

/** How far one attempt at a release has come. `refused`: it cannot be done until somebody changes what refuses it. */
export type Progress = { readonly kind: 'refused'; readonly refusal: Refusal } | { readonly kind: 'idle' } | { readonly kind: 'acted' } | Waiting;
export const idle: Progress = { kind: 'idle' };
export const acted: Progress = { kind: 'acted' };
