import type { KubeObject } from '@alloy/contracts';
import type { ManagedRoute, TrafficDrift, TrafficPlan } from '@alloy/release';
import { managedFieldsOf, type Fields } from '../managed-fields';

/** What the last shift of a release has set. */
export interface ReachedTraffic {
  readonly plan: TrafficPlan;
  /** Percent of the traffic for the canary. */
  readonly weight: number;
  /** What sends requests to the canary beside its weight. */
  readonly routes: readonly ManagedRoute[];
}

/**
 * The client that last wrote one of the fields, as the API server records it; null: it recorded none beside Alloy.
 * `fields`: paths such as `spec.rules`.
 */
export function lastWriter(object: KubeObject, fields: readonly string[]): string | null {
  const writes = managedFieldsOf(object)
    .filter(({ manager, subresource }) => !manager.startsWith('alloy') && subresource === undefined)
    .filter(({ fieldsV1 = {} }) => fields.some((path) => has(fieldsV1, path.split('.'))));
  const last = writes.reduce<(typeof writes)[number] | undefined>((a, b) => (a && (a.time ?? '') > (b.time ?? '') ? a : b), undefined);
  return last?.manager ?? null;
}

function has(fields: Fields, [head, ...tail]: readonly string[]): boolean {
  if (head === undefined) return true;
  const below = fields[`f:${head}`];
  return below !== undefined && has(below, tail);
}

/** The object does not exist. `canRestore`: whether Alloy creates it. */
export const deletedFault = (
  object: TrafficDrift['object'], fields: readonly string[], canRestore = false,
): TrafficDrift => ({ object, cause: 'deleted', manager: null, expected: 'an object', found: 'none', fields, canRestore });
