import { enoughRequests } from '@alloy/analysis';
import type { Current, StateOf } from './state';
import { msOf } from './time';

/** Pods that must be ready before the step is complete; undefined: none. */
export function wantedPods(spec: Current['spec']): { readonly track: 'stable' | 'canary'; readonly replicas: number } | undefined {
  switch (spec.kind) {
    case 'scaleCanary':
      return { track: 'canary', replicas: spec.split.canary };
    case 'promote':
      return { track: 'stable', replicas: spec.replicas };
    case 'apply':
    case 'shiftTraffic':
    case 'analyse':
    case 'retire':
    case 'handBack':
    case 'rollback':
      return undefined;
  }
}

/**
 * Whether the watcher observes pods for the step: pods that it waits for or judges, or, in a rollback, pods whose
 * progress extends the deadline.
 */
export const needsWatching = (spec: Current['spec']): boolean =>
  spec.kind === 'analyse' || spec.kind === 'rollback' || wantedPods(spec) !== undefined;

/**
 * Whether all effects and observations of the step have arrived; for an analysis, whether its verdict is a valid pass
 * (its duration may not be over).
 */
export function isSettled(current: Current): boolean {
  if (current.spec.kind === 'analyse') return passed(current);
  const wanted = wantedPods(current.spec);
  return current.effectDone && (wanted === undefined || wanted.replicas === 0 || current.ready);
}

/**
 * Whether another client deleted a Deployment that the release cannot do without. A promotion needs no canary any more,
 * and a rollback creates the stable version again.
 */
export const isDeletionFatal = ({ spec, deleted }: Current): boolean =>
  deleted !== null && spec.kind !== 'rollback' && !(spec.kind === 'promote' && deleted.track === 'canary');

/** Whether the step is complete at `now` (ms since 1970). */
export const isComplete = (current: Current, now: number): boolean => isSettled(current) && now >= observedUntil(current);

/**
 * Earliest deadline of the step in ms since 1970, if all time counts: an analysis counts from its start, other steps
 * from their last progress.
 */
export const deadlineOf = ({ spec, startedAt, progressedAt }: Current): number =>
  msOf(spec.kind === 'analyse' ? startedAt : progressedAt) + spec.deadline * 1000;

/** Earliest inspection deadline of an admitted release, in ms since 1970. */
export const inspectedUntil = ({ openedAt, deadline }: StateOf<'gated'>): number => msOf(openedAt) + deadline * 1000;

/** Earliest end of an analysis; 0 for other steps. */
export const observedUntil = ({ spec, startedAt }: Current): number =>
  spec.kind === 'analyse' ? msOf(startedAt) + spec.duration * 1000 : 0;

/**
 * A pass counts only if the watcher observed long enough by its own clock and has the data that the mode requires:
 * missing data is never a pass.
 */
function passed({ spec, verdict }: Current): boolean {
  if (spec.kind !== 'analyse' || verdict === null || verdict.verdict !== 'pass' || !(verdict.observedSeconds >= spec.duration))
    return false;
  if (spec.mode === 'health') return verdict.code === 'healthy';
  const { canaryRequests, canaryErrorRate, canaryOwnReads } = verdict.numbers;
  return (
    verdict.code === 'within_limits' &&
    enoughRequests(canaryRequests, spec.minRequests, canaryOwnReads) &&
    canaryErrorRate !== null &&
    Number.isFinite(canaryErrorRate)
  );
}
