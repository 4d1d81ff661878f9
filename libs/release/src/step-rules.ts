import { enoughRequests } from '@alloy/analysis';
import type { Current, StateOf } from './state';
import { msOf } from './time';

/** The pods that must be ready before a step is complete; undefined: it waits for none. */
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
    case 'rollback':
      return undefined;
  }
}

/** Whether pods are watched for the step: those that it waits for, those that it judges, or on the way back those whose progress puts off its deadline. */
export const needsWatching = (spec: Current['spec']): boolean => spec.kind === 'analyse' || spec.kind === 'rollback' || wantedPods(spec) !== undefined;

/** Whether effects and observations of the step have all arrived; of an analysis, whether its verdict lets it pass (its time may still run). */
export function isSettled(current: Current): boolean {
  if (current.spec.kind === 'analyse') return passed(current);
  const wanted = wantedPods(current.spec);
  return current.effectDone && (wanted === undefined || wanted.replicas === 0 || current.ready);
}

/** Whether the step is complete at `now` (ms since 1970). */
export const isComplete = (current: Current, now: number): boolean => isSettled(current) && now >= observedUntil(current);

/** When the step gives up at the earliest, in ms since 1970, if all time counts: an analysis counts from its start, everything else from its last progress. */
export const deadlineOf = ({ spec, startedAt, progressedAt }: Current): number => msOf(spec.kind === 'analyse' ? startedAt : progressedAt) + spec.deadline * 1000;

/** When a release whose turn has come gives up waiting for a look at the cluster at the earliest, in ms since 1970. */
export const inspectedUntil = ({ openedAt, deadline }: StateOf<'gated'>): number => msOf(openedAt) + deadline * 1000;

/** Until when an analysis must look at least; other steps have no such time. */
export const observedUntil = ({ spec, startedAt }: Current): number => (spec.kind === 'analyse' ? msOf(startedAt) + spec.duration * 1000 : 0);

/** A pass counts only if the watcher looked long enough by its own clock, and with the data that the step's mode asks for: no data is never a pass. */
function passed({ spec, verdict }: Current): boolean {
  if (spec.kind !== 'analyse' || verdict === null || verdict.verdict !== 'pass' || !(verdict.observedSeconds >= spec.duration)) return false;
  if (spec.mode === 'health') return verdict.code === 'healthy';
  const { canaryRequests, canaryErrorRate, canaryOwnReads } = verdict.numbers;
  return verdict.code === 'within_limits' && enoughRequests(canaryRequests, spec.minRequests, canaryOwnReads) && canaryErrorRate !== null && Number.isFinite(canaryErrorRate);
}
