import {
  whatToDo, type LeftObject, type Payloads, type PlanPreview, type PreviewedPlan, type RefusalCode,
} from '@alloy/release';
import type { ReleaseWindow } from '../projects/release-window';

/** A refusal with what a user can do about it. */
export interface PlanRefusal {
  readonly code: RefusalCode | 'busy';
  readonly text: string;
  readonly whatToDo: string;
}

/** What a release would do now. */
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

export interface PlannedRelease {
  readonly project: string;
  readonly environment: string;
  readonly request: Payloads['ReleaseRequested'];
  readonly isGiven: boolean;
  readonly window: ReleaseWindow | null;
}

export function planAnswer({ project, environment, request, isGiven, window }: PlannedRelease, preview: PlanPreview): PlanAnswer {
  const { imageTag, image, imageDigest = null, workload, left = [] } = request;
  const { cluster, namespace, inspected, plan } = preview;
  const refusals = [
    ...(window?.prospect === 'rejected' ? [busy(window)] : []),
    ...preview.refusals.map(({ code, text }) => ({ code, text, whatToDo: whatToDo[code] })),
  ];
  return {
    project, environment, imageTag, image, imageDigest, workload, cluster, namespace,
    policy: isGiven ? 'given' : 'stored',
    goes: refusals.length === 0,
    refusals, plan, left,
    pruned: plan ? prunedBy(plan, workload) : [],
    inspection: inspected,
    window,
  };
}

const busy = ({ reasons }: ReleaseWindow): PlanRefusal => ({
  code: 'busy',
  text: `the policy rejects a release while another one is unfinished: ${reasons.map(({ text }) => text).join('; ')}`,
  whatToDo: 'Wait for its end, or change whenBusy in the policy.',
});

/** Everything that it deletes but its own canary and what it creates again, as it does with a Job. */
function prunedBy({ steps }: PreviewedPlan, workload: string): PlanAnswer['pruned'] {
  const writes = steps.flatMap((step) => step.writes);
  const isCreated = (kind: string, name: string): boolean =>
    writes.some((write) => write.verb === 'create' && write.kind === kind && write.name === name);
  const isCanary = (kind: string, name: string): boolean => kind === 'Deployment' && name === `${workload}-canary`;
  return writes
    .filter(({ verb, kind, name }) => verb === 'delete' && !isCreated(kind, name) && !isCanary(kind, name))
    .map(({ kind, name }) => ({ kind, name }));
}
