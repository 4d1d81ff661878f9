import type { Payloads, RefusalCode } from '../events';
import type { LeftObject } from '../left-object';
import type { ReleaseWindow } from '../release-window';
import type { PreviewedPlan } from './plan-preview';

/** A refusal with what a user can do about it. */
export interface PlanRefusal {
  readonly code: RefusalCode | 'busy';
  readonly text: string;
  readonly whatToDo: string;
}

/** What a release would do now: the API's answer. */
export interface PlanAnswer {
  readonly project: string;
  readonly environment: string;
  readonly imageTag: string;
  readonly image: string;
  readonly imageDigest: string | null;
  readonly workload: string;
  readonly cluster: string;
  readonly namespace: string;
  /** `given`: the policy of the request, which is not stored. */
  readonly policy: 'stored' | 'given';
  /** Whether nothing refuses the release; it may have to wait, see `window`. */
  readonly goes: boolean;
  readonly refusals: readonly PlanRefusal[];
  /** Null: the release would be refused before its plan. */
  readonly plan: PreviewedPlan | null;
  /** Objects of the request that the release does not write. */
  readonly left: readonly LeftObject[];
  /** Objects of earlier releases that it deletes. */
  readonly pruned: ReadonlyArray<{ readonly kind: string; readonly name: string }>;
  /** Null: the cluster could not be read. */
  readonly inspection: Payloads['TargetInspected'] | null;
  /** Whether it would start now; null: the project is not stored. */
  readonly window: ReleaseWindow | null;
}
