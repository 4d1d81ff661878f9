import type { Cluster, Write } from '@alloy/cluster';
import type { ArtifactStore, ReleaseLog } from '@alloy/ledger';
import type { Refusal } from '@alloy/release';
import type { Attempts } from './attempts';
import type { LookMemory } from './look-memory';
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
  readonly memory: LookMemory;
  /** Default: only the next release removes a canary that was created too late. */
  readonly unanswered?: UnansweredCreations;
  /** What is worked on; default: nobody proves it. */
  readonly attempts?: Attempts;
  readonly onWrite?: (releaseId: string, write: Write, outcome: 'done' | 'conflict', seconds: number) => void;
  readonly onOutcome?: (releaseId: string, type: string) => void;
}

/** How far one go at a release has come. `waiting`: on the pods of that namespace. `refused`: not done for good, unless somebody changes what refuses it. */
export type Progress = { readonly kind: 'refused'; readonly refusal: Refusal } | { readonly kind: 'idle' } | { readonly kind: 'acted' } | { readonly kind: 'waiting'; readonly namespace: string };
export const idle: Progress = { kind: 'idle' };
export const acted: Progress = { kind: 'acted' };
