import type { KubeObject } from '@alloy/contracts';
import { ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, SCALE_MANAGER, type ManagedFields } from '../managed-fields';
import { fieldPaths } from './field-paths';

/** What somebody else has written. */
export interface ForeignWrite {
  readonly manager: string;
  readonly paths: readonly string[];
}

/** The last is what the API server calls whoever wrote before it kept a record. */
const notOthers: readonly string[] = [ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, SCALE_MANAGER, 'before-first-apply'];

/** The fields under `spec` that managers other than Alloy have written since (ISO 8601), as far as the API server kept a record. */
export function foreignWrites(object: KubeObject, since: string): readonly ForeignWrite[] {
  const entries = (object.metadata['managedFields'] as readonly ManagedFields[] | undefined) ?? [];
  return entries
    .filter(({ manager, subresource, time }) => !notOthers.includes(manager) && subresource !== 'status' && time !== undefined && Date.parse(time) > Date.parse(since))
    .map(({ manager, fieldsV1 }) => ({ manager, paths: fieldPaths(fieldsV1?.['f:spec'] ?? {}, 'spec').filter((path) => path !== 'spec') }))
    .filter(({ paths }) => paths.length > 0);
}
