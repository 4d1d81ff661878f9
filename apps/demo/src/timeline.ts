import type { StoredEvent } from '@alloy/contracts';
import type { Numbers, Payloads, ReleaseEvent, Step } from '@alloy/release';

/** Selected events of a release as lines, each with the seconds since the request. */
export function timeline(events: readonly StoredEvent[]): readonly string[] {
  const begun = Date.parse(events[0]?.occurredAt ?? '');
  const plan = events.find(({ type }) => type === 'ReleasePlanned') as StoredEvent<'ReleasePlanned', Payloads['ReleasePlanned']> | undefined;
  const stages = plan?.data.plan.steps.filter(({ kind }) => kind === 'shiftTraffic').length ?? 0;
  let stage = 0;
  const lines: string[] = [];
  for (const event of events) {
    const told = tell(event as unknown as ReleaseEvent, () => `stage ${++stage} of ${stages}`);
    if (told !== undefined) lines.push(`${((Date.parse(event.occurredAt) - begun) / 1000).toFixed(1).padStart(6)} s  ${told}`);
  }
  return lines;
}

function tell(event: ReleaseEvent, nextStage: () => string): string | undefined {
  switch (event.type) {
    case 'ReleaseRequested':
      return `requested: ${event.data.image}:${event.data.imageTag}`;
    case 'ReleasePlanned':
      return `planned: ${event.data.plan.strategy} of ${event.data.plan.replicas} replicas, ${why(event.data.reason)}${event.data.analysis ? `; ${why(event.data.analysis.reason)}` : ''}`;
    case 'StepStarted':
      return startOf(event.data.spec, nextStage);
    case 'TrafficShifted':
      return event.data.step < 0 ? undefined : `         weight asked ${event.data.asked} %, reached ${round(event.data.reached)} % (${event.data.canaryReady} canary and ${event.data.stableReady} stable pods ready)`;
    case 'VerdictReached':
      return `         verdict ${event.data.verdict}: ${numbers(event.data.numbers) ?? event.data.detail}`;
    case 'WorkloadDegraded':
      return `seen: ${event.data.cause} of ${event.data.pod}, ${event.data.detail}`;
    case 'EffectFailed':
      return `not possible: ${event.data.refusal.text}`;
    case 'PromotionDecided':
      return `decided to promote: ${why(event.data.reason)}`;
    case 'RollbackDecided':
      return `decided to roll back: ${why(event.data.reason)}`;
    case 'ReleasePromoted':
      return `promoted: ${why(event.data.reason)}`;
    case 'ReleaseRolledBack':
      return `rolled back: ${why(event.data.reason)}`;
    case 'ReleaseFailed':
      return `failed: ${why(event.data.reason)}`;
    case 'ReleaseStuck':
      return `stuck: ${why(event.data.reason)}`;
    case 'ReleaseRejected':
      return `rejected: ${why(event.data.reason)}`;
    case 'ReleaseSuperseded':
      return `superseded: ${why(event.data.reason)}`;
    case 'ReleaseAborted':
      return `aborted: ${why(event.data.reason)}`;
    case 'ReleaseQueued':
      return `queued behind ${event.data.behind}`;
    case 'StableAdopted':
      return `adopted what ran before: ${event.data.stable.image}:${event.data.stable.imageTag}`;
    case 'PromotionRequested':
    case 'AbortRequested':
    case 'PauseRequested':
    case 'ResumeRequested':
    case 'ReleaseShredded':
    case 'GateOpened':
    case 'StepCompleted':
    case 'ReleasePaused':
    case 'ReleaseResumed':
    case 'IntentRefused':
    case 'TargetInspected':
    case 'ManifestsApplied':
    case 'WorkloadScaled':
    case 'WorkloadBecameReady':
    case 'WorkloadProgressed':
      return undefined;
  }
}

function startOf(spec: Step, nextStage: () => string): string | undefined {
  switch (spec.kind) {
    case 'scaleCanary':
      return `${nextStage()}: ${spec.split.canary} canary and ${spec.split.stable} stable pods`;
    case 'analyse':
      return `         observing ${spec.duration} s at ${spec.weight} %`;
    case 'apply':
    case 'shiftTraffic':
    case 'promote':
    case 'retire':
      return undefined;
  }
}

const why = ({ text, code }: { readonly text: string; readonly code: string }): string => `${text} [${code}]`;
const round = (percent: number): number => Math.round(percent * 10) / 10;
const rate = (value: number | null): string => (value === null ? 'no data' : `${round(value * 100)} %`);

function numbers(n: Numbers): string | undefined {
  if (n.canaryErrorRate === null) return undefined;
  const limit = n.threshold === null ? '' : `, limit ${rate(n.threshold)}`;
  return `canary ${n.canaryErrors} errors in ${n.canaryRequests} requests (${rate(n.canaryErrorRate)}), stable ${n.baselineErrors} in ${n.baselineRequests} (${rate(n.baselineErrorRate)})${limit}`;
}
