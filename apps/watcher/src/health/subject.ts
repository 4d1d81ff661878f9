import type { Deployment } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import type { Payloads, RunningState } from '@alloy/release';

/** What the watcher looks at during a step: one of the two Deployments, how many of its pods shall be ready, and whose they are. */
export interface Subject {
  readonly track: 'stable' | 'canary';
  readonly desired: number;
  /** Release whose pods are judged; null: every pod of the Deployment (a version that ran before Alloy carries no label). */
  readonly release: string | null;
}

/** The subject of the current step, or undefined where there is nothing to look at. */
export function subjectOf(state: RunningState): Subject | undefined {
  const spec = state.current?.spec;
  if (!spec) return undefined;
  switch (spec.kind) {
    case 'apply':
      return undefined;
    case 'scaleCanary':
    case 'shiftTraffic':
      return { track: 'canary', desired: spec.split.canary, release: state.releaseId };
    case 'analyse':
      return { track: 'canary', desired: canaryPods(state), release: state.releaseId };
    case 'promote':
      return { track: 'stable', desired: spec.replicas, release: state.releaseId };
    case 'retire':
      return { track: 'stable', desired: promotedPods(state), release: state.releaseId };
    case 'rollback':
      return spec.to ? { track: 'stable', desired: spec.replicas, release: spec.to.releaseId } : undefined;
  }
}

/** Behind an autoscaler the number of stable's pods is the autoscaler's: what the Deployment asks for, whatever was planned. */
export function asAutoscaled(subject: Subject, deployment: Deployment | undefined, events: ReadonlyArray<Pick<StoredEvent, 'type' | 'data'>>): Subject {
  const inspected = events.findLast(({ type }) => type === 'TargetInspected')?.data as Payloads['TargetInspected'] | undefined;
  const asked = deployment?.spec.replicas ?? 0;
  return subject.track === 'stable' && inspected?.hpa && asked > 0 ? { ...subject, desired: asked } : subject;
}

/** Canary pods that the last shift before the current step asked for. */
function canaryPods(state: RunningState): number {
  const index = state.current?.ref.step ?? 0;
  for (const step of state.plan.steps.slice(0, index).reverse()) if (step.kind === 'shiftTraffic' || step.kind === 'scaleCanary') return step.split.canary;
  return 0;
}

/** Pods that the promotion before asked for: the manifest may have changed their number. */
const promotedPods = ({ plan }: RunningState): number => plan.steps.find((step) => step.kind === 'promote')?.replicas ?? plan.replicas;
