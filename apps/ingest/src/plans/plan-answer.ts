import {
  whatToDo, type Payloads, type PlanAnswer, type PlanPreview, type PlanRefusal, type PreviewedPlan, type ReleaseWindow,
} from '@alloy/release';

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
