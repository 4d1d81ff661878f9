import type { Deployment } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import { isPartitioned, splitNow, type Payloads, type RunningState } from '@alloy/release';

/**
 * What the watcher observes during a step: one of the two Deployments, how many of its pods should be ready, and their
 * release.
 */
export interface Subject {
  readonly track: 'stable' | 'canary';
  readonly desired: number;
  /**
   * Release whose pods count; null: every pod of the Deployment (the pods of a version that ran before Alloy have no
   * label).
   */
  readonly release: string | null;
  /** They are a part of the pods of their Deployment, which its rolling update has replaced; default false. */
  readonly isPart?: true;
}

/** The subject of the current step; undefined: there is nothing to observe. */
export function subjectOf(state: RunningState): Subject | undefined {
  const spec = state.current?.spec;
  if (!spec) return undefined;
  switch (spec.kind) {
    case 'apply':
    case 'handBack':
      return undefined;
    case 'scaleCanary':
    case 'shiftTraffic':
    case 'setHeaderRoute':
    case 'setMirrorRoute':
      return { track: 'canary', desired: spec.split.canary, release: state.releaseId };
    case 'setPartition':
      return { track: 'canary', desired: spec.split.canary, release: state.releaseId, isPart: true };
    case 'scaleBaseline':
    case 'analyse':
      return { track: 'canary', desired: canaryPods(state), release: state.releaseId, ...partOf(state) };
    case 'pause': {
      const desired = canaryPods(state);
      return desired > 0 ? { track: 'canary', desired, release: state.releaseId, ...partOf(state) } : undefined;
    }
    case 'promote':
      return { track: 'stable', desired: spec.replicas, release: state.releaseId };
    case 'retire':
      return { track: 'stable', desired: promotedPods(state), release: state.releaseId };
    case 'scaleDownCanary':
      return { track: 'stable', desired: spec.replicas, release: null };
    case 'rollback':
      return spec.to ? { track: 'stable', desired: spec.replicas, release: spec.to.releaseId } : undefined;
  }
}

/** With an autoscaler, the desired number of stable pods is that of the Deployment and not that of the plan. */
export function asAutoscaled(
  subject: Subject, deployment: Deployment | undefined, events: ReadonlyArray<Pick<StoredEvent, 'type' | 'data'>>,
): Subject {
  const inspected = events.findLast(({ type }) => type === 'TargetInspected')?.data as Payloads['TargetInspected'] | undefined;
  const asked = deployment?.spec.replicas ?? 0;
  return subject.track === 'stable' && inspected?.hpa && asked > 0 ? { ...subject, desired: asked } : subject;
}

const partOf = ({ plan }: RunningState): Pick<Subject, 'isPart'> => (isPartitioned(plan) ? { isPart: true } : {});

const canaryPods = (state: RunningState): number => splitNow(state)?.canary ?? 0;

/** Number of pods in the promotion: the manifest may have changed it. */
const promotedPods = ({ plan }: RunningState): number => plan.steps.find((step) => step.kind === 'promote')?.replicas ?? plan.replicas;
