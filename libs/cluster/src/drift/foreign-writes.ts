import type { KubeObject } from '@alloy/contracts';
import { ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, managedFieldsOf, SCALE_MANAGER } from '../managed-fields';
import { fieldPaths } from './field-paths';

/** A write by a client other than Alloy. */
export interface ForeignWrite {
  readonly manager: string;
  readonly paths: readonly string[];
  /** By the clock of the API server, in whole seconds; ISO 8601. */
  readonly time: string;
}

/** The managers of Alloy's own writes. */
export const ownManagers: readonly string[] = [ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, SCALE_MANAGER];
/** Managers that are not foreign. The API server uses the last name for all writes from before it recorded managers. */
const notForeign: readonly string[] = [...ownManagers, 'before-first-apply'];

/** The fields under `spec` that other managers have written, as far as the API server records them. */
export function foreignWritesOf(object: KubeObject): readonly ForeignWrite[] {
  return managedFieldsOf(object).flatMap(({ manager, subresource, time, fieldsV1 }) => {
    if (notForeign.includes(manager) || subresource === 'status' || time === undefined) return [];
    const paths = fieldPaths(fieldsV1?.['f:spec'] ?? {}, 'spec').filter((path) => path !== 'spec');
    return paths.length > 0 ? [{ manager, paths, time }] : [];
  });
}

/** Those that were written after `since` (ISO 8601). */
export const foreignWrites = (object: KubeObject, since: string): readonly ForeignWrite[] =>
  foreignWritesOf(object).filter(({ time }) => Date.parse(time) > Date.parse(since));
