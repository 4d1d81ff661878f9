import type { Comparison } from '../drift/compare-with-stable';
import { isRolledOut } from '../followers';
import type { Live } from '../live';
import type { Cluster } from '../ports';
import { requiredReferences, type Reference } from '../references';
import { keyOfRef } from '../with-owner';
import type { InspectInput } from './inspect';
import { absentOf } from './missing-references';

/**
 * The ConfigMaps and Secrets without which the pods of the running template cannot start, and that do not exist.
 * Without those that a rollback to the running version would create again. Safe to retry.
 */
export function missingForRunning(
  cluster: Pick<Cluster, 'get'>, namespace: string, { web, shared, copies }: Live, comparison: Comparison | undefined,
): Promise<readonly Reference[]> {
  if (!web) return Promise.resolve([]);
  const isKnown = (key: string): boolean => shared.has(key) || copies.has(key) || (comparison?.copies.has(key) ?? false);
  const wanted = requiredReferences(web.object.spec.template).filter((one) => !isKnown(keyOfRef({ apiVersion: 'v1', ...one })));
  return absentOf(cluster, namespace, wanted);
}

/**
 * Whether the running template is none to roll back to: what its pods need is missing, and not all of them run already.
 */
export const isUnstartable = ({ live: { web }, missing = [] }: Pick<InspectInput, 'live' | 'missing'>): boolean =>
  web !== null && missing.length > 0 && !(web.replicas > 0 && isRolledOut(web.object));
