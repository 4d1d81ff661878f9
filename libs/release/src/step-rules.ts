import type { Current } from './current';
import type { StateOf } from './state';
import { rulesOf } from './step-kinds/registry';
import type { WantedPods } from './step-kinds/step-kind';
import { msOf } from './time';

/** Pods that must be ready before the step is complete; undefined: none. */
export const wantedPods = (spec: Current['spec']): WantedPods | undefined => rulesOf(spec).wantedPods?.(spec);

/** Whether the executor changes the cluster for the step. */
export const hasEffect = (spec: Current['spec']): boolean => rulesOf(spec).hasEffect;

/** Whether the executor has something to do for the attempt. */
export const isEffectOpen = ({ spec, effectDone, resize }: Current): boolean =>
  hasEffect(spec) ? !effectDone : resize !== undefined && !resize.isDone;

/**
 * Whether the watcher observes pods for the step: pods that it waits for or judges, or, in a rollback, pods whose
 * progress extends the deadline.
 */
export const needsWatching = (spec: Current['spec']): boolean => rulesOf(spec).watched !== 'no';

/** Whether the watcher observes pods until the step ends, also after they are ready. */
export const isWatchedThroughout = (spec: Current['spec']): boolean => rulesOf(spec).watched === 'throughout';

/** Whether a promotion by a user may end the step early. */
export const isSkippable = (spec: Current['spec']): boolean => rulesOf(spec).isSkippable;

/**
 * Whether all effects and observations of the step have arrived; for an analysis, whether its verdict is a valid pass
 * (its duration may not be over).
 */
export function isSettled(current: Current): boolean {
  const rules = rulesOf(current.spec);
  if (rules.isSettled) return rules.isSettled(current);
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
 * When the deadline of the step began to count: an analysis counts from its start, a pause from the time at which pods
 * became blocked (null: they are not), other steps from their progress.
 */
export function countedFrom({ spec, startedAt, progressedAt, blocked }: Current): string | null {
  switch (rulesOf(spec).deadlineFrom) {
    case 'progress':
      return progressedAt;
    case 'start':
      return startedAt;
    case 'blocked':
      return blocked?.at ?? null;
  }
}

/** Earliest deadline of the step in ms since 1970, if all time counts; null: it has none now. */
export function deadlineOf(current: Current): number | null {
  const from = countedFrom(current);
  return from === null ? null : msOf(from) + current.spec.deadline * 1000;
}

/** Earliest inspection deadline of an admitted release, in ms since 1970. */
export const inspectedUntil = ({ openedAt, deadline }: StateOf<'gated'>): number => msOf(openedAt) + deadline * 1000;

/** Earliest end of a step with a least duration, in ms since 1970; 0 for other steps. */
export function observedUntil({ spec, startedAt }: Current): number {
  const seconds = rulesOf(spec).minSeconds?.(spec);
  return seconds === undefined ? 0 : msOf(startedAt) + seconds * 1000;
}
