import type { Desired } from '../desired';
import { isBaseline, type Live, type LiveWorkload } from '../live';
import { waitFor, type NextWrite } from '../write';
import { ensureReplicas, remove } from './ensure';

type Base = Exclude<Desired, { readonly kind: 'withdraw' }>;
type What = 'pods' | 'all';

/** The baseline, if it is Alloy's. */
export const ownBaseline = ({ baseline }: Live): LiveWorkload | null => (baseline && isBaseline(baseline.object) ? baseline : null);

/**
 * Removes the baseline, or only its pods, once both tracks have enough ready pods without it, according to the same
 * live read.
 */
export const removeBaseline = (desired: Base, live: Live, what: What = 'all'): NextWrite | undefined =>
  removeSpareBaseline(desired, live, what) ?? (isLeft(live, what) ? waitFor('stable_ready') : undefined);

/** The same without a wait: the step continues with a baseline whose pods are needed. */
export function removeSpareBaseline(desired: Base, live: Live, what: What = 'all'): NextWrite | undefined {
  const baseline = ownBaseline(live);
  if (!baseline || !isSpare(desired, live, baseline)) return undefined;
  return what === 'pods' ? ensureReplicas(desired, baseline, 0) : remove(desired, baseline.object);
}

/**
 * Only an experiment starts pods of the baseline: in any other step they would take the place of those that the step
 * waits for, where a quota or the nodes have no room for both. Pods that are not ready get no traffic.
 */
export function stopBaseline(desired: Desired, live: Live): NextWrite | undefined {
  const baseline = ownBaseline(live);
  if (!baseline || desired.kind === 'scaleBaseline' || baseline.ready >= baseline.replicas) return undefined;
  return ensureReplicas(desired, baseline, baseline.ready);
}

function isLeft(live: Live, what: What): boolean {
  const baseline = ownBaseline(live);
  return baseline !== null && (what === 'all' || baseline.replicas > 0);
}

/** Whether no pod is lost that the workload needs. */
const isSpare = ({ replicas }: Base, { web, canary }: Live, { ready }: LiveWorkload): boolean =>
  ready === 0 || (web?.ready ?? 0) + (canary?.ready ?? 0) >= replicas;
