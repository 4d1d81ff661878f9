import type { RequestsPolicy } from './policy';

/** Where a step acts. */
export interface Target {
  readonly cluster: string;
  readonly namespace: string;
}

/** Pods of both tracks at one weight. */
export interface Split {
  readonly canary: number;
  readonly stable: number;
}

interface StepBase {
  readonly target: Target;
  /** Seconds from the step's last progress (newly ready pod, or its start) to its deadline; none for `analyse`, which has its own. */
  readonly deadline: number;
}

/** Makes what the new version needs: versioned copies of ConfigMaps and Secrets, absent shared objects, the canary Deployment at 0 replicas (if the strategy wants one). */
export interface ApplyStep extends StepBase {
  readonly kind: 'apply';
}
/** Brings the canary to `split.canary` ready pods; capacity first, so stable keeps what it has. */
export interface ScaleCanaryStep extends StepBase {
  readonly kind: 'scaleCanary';
  readonly split: Split;
}
/** Brings the traffic to `weight` percent; with podRatio stable shrinks to `split.stable` once the canary is ready by a live read. */
export interface ShiftTrafficStep extends StepBase {
  readonly kind: 'shiftTraffic';
  readonly weight: number;
  readonly split: Split;
}
/** Observes for `duration` seconds; inconclusive until `deadline` (seconds from the step's start) means rollback. */
export interface AnalyseStep extends StepBase {
  readonly kind: 'analyse';
  readonly weight: number;
  readonly duration: number;
  readonly mode: 'metrics' | 'health';
  /** Who chose the mode; absent: the policy names it. */
  readonly modeChosenBy?: 'auto';
  readonly minRequests: number;
  readonly maxErrorRate: number;
  readonly maxErrorRateIncrease: number;
  /** Part of its share of the requests that the canary must count, 0..1; default 0.5. */
  readonly minTrafficShare?: number;
  /** The series to read, if the policy names it. */
  readonly requests?: RequestsPolicy | undefined;
}
/** Gives `web` the new template, N ready pods and all the traffic. */
export interface PromoteStep extends StepBase {
  readonly kind: 'promote';
  readonly replicas: number;
}
/** Changes shared objects under their own names and removes the canary and what earlier releases left. */
export interface RetireStep extends StepBase {
  readonly kind: 'retire';
}

export type Step = ApplyStep | ScaleCanaryStep | ShiftTrafficStep | AnalyseStep | PromoteStep | RetireStep;
export type StepKind = Step['kind'];

export const strategyNames = ['rollout', 'canary'] as const;
export type Strategy = (typeof strategyNames)[number];
/** `auto`: Alloy chooses. */
export const requestedStrategyNames = ['auto', ...strategyNames] as const;
export type RequestedStrategy = (typeof requestedStrategyNames)[number];

/**
 * Revision of the rules by which releases are decided that are planned now. 2: a full promotion during the last analysis is answered when that ends,
 * where revision 1 refused it afterwards.
 */
export const CURRENT_RULES = 2;

/** What a release will do, fixed in `ReleasePlanned`. */
export interface Plan {
  /** Revision of the rules by which the release is decided, which it keeps to its end; default 1, those of plans that name none. */
  readonly rules?: number;
  readonly strategy: Strategy;
  readonly router: 'podRatio';
  /** N: stable's live replicas at planning, or what the manifest asks for where nothing runs. */
  readonly replicas: number;
  readonly steps: readonly Step[];
}

/** Whether the new version runs beside the stable one before it is promoted. */
export const hasCanary = ({ steps }: Pick<Plan, 'steps'>): boolean => steps.some(({ kind }) => kind === 'scaleCanary');
