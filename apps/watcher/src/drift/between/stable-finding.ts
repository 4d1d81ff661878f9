import { isSameTemplate, type PromotedComparison } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { IdleStable } from '@alloy/ledger';
import type { EventOf, RunningTemplate } from '@alloy/release';

/**
 * Maximum number of changes that are recorded for one stable version: a reader of 50 knows that another controller
 * keeps changing the workload.
 */
export const MAX_RECORDED = 50;

/** The event to append after a comparison; undefined: the log contains the change, or there is none. Pure. */
export function stableFinding(
  { drift: recorded, drifts, imageTag }: Pick<IdleStable, 'drift' | 'drifts' | 'imageTag'>,
  { template, manager, drift }: PromotedComparison,
  replicaSets: readonly KubeObject[],
): EventOf<'StableDrifted' | 'StableRestored'> | undefined {
  if (!drift) return recorded && template ? { type: 'StableRestored', data: { stable: imageTag, manager, template } } : undefined;
  if (recorded && isSame(recorded.template, template, replicaSets)) return undefined;
  return drifts < MAX_RECORDED ? { type: 'StableDrifted', data: drift } : undefined;
}

/** Whether the recorded change still is what runs. A restart, which makes a new ReplicaSet, is no change. */
function isSame(recorded: RunningTemplate | null, found: RunningTemplate | null, replicaSets: readonly KubeObject[]): boolean {
  if (!recorded || !found) return recorded === found;
  if (recorded.replicaSet === found.replicaSet) return true;
  const named = ({ replicaSet }: RunningTemplate) => replicaSets.find(({ metadata }) => metadata.name === replicaSet);
  const [before, now] = [named(recorded), named(found)];
  return before !== undefined && now !== undefined && isSameTemplate(before, now);
}
