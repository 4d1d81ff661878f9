import type { Payloads, Reason, Refusal, StableRef } from '../events';
import type { Plan, Step } from '../plan';

/**
 * A write to the cluster that a release would make. `from`: number of pods before a `scale`; `batch`: writes of a step
 * with the same number are made at the same time, after those with a lower one.
 */
export interface PreviewedWrite {
  readonly batch: number;
  readonly verb: 'create' | 'apply' | 'scale' | 'delete';
  readonly kind: string;
  readonly name: string;
  readonly from?: number;
  readonly replicas?: number;
}

/** A step of the plan, and what it does if all pods become ready. */
export interface PreviewedStep {
  readonly step: Step;
  /** In order. */
  readonly writes: readonly PreviewedWrite[];
  /** Numbers of pods after the step; `baseline` only while an experiment has some. */
  readonly pods: { readonly stable: number; readonly canary: number; readonly baseline?: number };
}

/** The plan that a release would get now. */
export interface PreviewedPlan extends Pick<Plan, 'strategy' | 'router' | 'replicas'> {
  readonly reason: Reason;
  readonly analysis: NonNullable<Payloads['ReleasePlanned']['analysis']> | null;
  /** The version to roll back to; null: none. */
  readonly stable: Pick<StableRef, 'releaseId' | 'image' | 'imageTag'> | null;
  readonly steps: readonly PreviewedStep[];
}

/** The executor's answer: what a release would do, and what would refuse it. Nothing is written for it. */
export interface PlanPreview {
  readonly cluster: string;
  readonly namespace: string;
  /** Everything that would refuse the release; empty: it would go. */
  readonly refusals: readonly Refusal[];
  /** Null: the cluster could not be read. */
  readonly inspected: Payloads['TargetInspected'] | null;
  /** Null: the release would be refused before its plan. */
  readonly plan: PreviewedPlan | null;
}
