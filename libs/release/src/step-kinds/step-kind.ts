import type { Reason } from '../events';
import type { Current } from '../current';
import type { PlannedState } from '../state';

/** Pods that a step waits for. */
export interface WantedPods {
  readonly track: 'stable' | 'canary';
  readonly replicas: number;
}

/** An attempt whose kind is known. */
export type CurrentOf<S extends Current['spec']> = Current & { readonly spec: S };

/** What decisions and texts must know about one kind of step. Pure. */
export interface StepKindRules<S extends Current['spec']> {
  /** Whether the executor changes the cluster for it, and reports when it has done so. */
  readonly hasEffect: boolean;
  /**
   * How long the watcher observes pods: `untilReady` those that the step waits for, `throughout` also after that.
   */
  readonly watched: 'no' | 'untilReady' | 'throughout';
  /** What its deadline counts from; `blocked`: it counts only while pods cannot be created or scheduled. */
  readonly deadlineFrom: 'progress' | 'start' | 'blocked';
  /** Whether a promotion by a user may end it early. */
  readonly isSkippable: boolean;
  /** Deployment whose pods show why the step takes long; null: the step waits for no pods. */
  readonly place: 'workload' | 'canary' | 'baseline' | null;
  /** Pods that must be ready before the step is complete; default none. */
  readonly wantedPods?: (spec: S) => WantedPods;
  /** Least duration of the step, seconds; default 0. */
  readonly minSeconds?: (spec: S) => number;
  /** Replaces the rule that the effect is done and the wanted pods are ready. */
  readonly isSettled?: (current: CurrentOf<S>) => boolean;
  /** Why the step is complete. */
  readonly doneReason: (current: CurrentOf<S>, weights: PlannedState['weights']) => Reason;
  /** What the step waits for, as the end of `waited for …`. `workload`: name of the Deployment. */
  readonly waitedFor: (current: CurrentOf<S>, workload: string) => string;
}

export const pods = (count: number): string => `${count} ready pod${count === 1 ? '' : 's'}`;
