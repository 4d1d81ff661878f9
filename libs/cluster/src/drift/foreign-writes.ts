import type { KubeObject } from '@alloy/contracts';
import { ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, managedFieldsOf, SCALE_MANAGER } from '../managed-fields';
import { fieldPaths } from './field-paths';

/** A write by a client other than Alloy. */
export interface ForeignWrite {
  readonly manager: string;
  readonly paths: readonly string[];
}

/** The managers of Alloy's own writes. */
export const ownManagers: readonly string[] = [ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, SCALE_MANAGER];
/** Managers that are not foreign. The API server uses the last name for all writes from before it recorded managers. */
const notForeign: readonly string[] = [...ownManagers, 'before-first-apply'];

/**
 * The fields under `spec` that other managers have written after `since` (ISO 8601), as far as the API server records
 * them.
 */
export function foreignWrites(object: KubeObject, since: string): readonly ForeignWrite[] {
  return managedFieldsOf(object)
    .filter(
      ({ manager, subresource, time }) =>
        !notForeign.includes(manager) && subresource !== 'status' && time !== undefined && Date.parse(time) > Date.parse(since),
    )
    .map(({ manager, fieldsV1 }) => ({ manager, paths: fieldPaths(fieldsV1?.['f:spec'] ?? {}, 'spec').filter((path) => path !== 'spec') }))
    .filter(({ paths }) => paths.length > 0);
}
