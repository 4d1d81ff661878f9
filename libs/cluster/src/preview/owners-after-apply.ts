import type { KubeObject } from '@alloy/contracts';
import { memberOf } from '../field-member';
import { isApplied, isEmpty, type Fields, type ManagedFields } from '../managed-fields';

/**
 * The managed fields after a forced apply of the object by Alloy: Alloy no longer owns what the object omits, and no
 * other manager owns what the object has. Fields that become Alloy's are not added. Pure.
 */
export const ownersAfterApply = (entries: readonly ManagedFields[], object: KubeObject): readonly ManagedFields[] =>
  entries.map((entry) => {
    if (entry.subresource || !entry.fieldsV1) return entry;
    return { ...entry, fieldsV1: isApplied(entry) ? within(entry.fieldsV1, object) : besides(entry.fieldsV1, object) };
  });

const mapMembers = (fields: Fields, map: (key: string, below: Fields) => Fields | undefined): Fields =>
  Object.fromEntries(Object.entries(fields).flatMap(([key, below]) => {
    const mapped = map(key, below);
    return mapped ? [[key, mapped] as const] : [];
  }));

/** The fields that the value has. */
const within = (fields: Fields, value: unknown): Fields =>
  mapMembers(fields, (key, below) => {
    if (key === '.') return below;
    const inner = memberOf(value, key);
    return inner === undefined ? undefined : within(below, inner);
  });

/** The fields that the value does not have. */
const besides = (fields: Fields, value: unknown): Fields =>
  mapMembers(fields, (key, below) => {
    if (key === '.') return undefined;
    const inner = memberOf(value, key);
    if (inner === undefined) return below;
    const rest = besides(below, inner);
    return isEmpty(rest) ? undefined : rest;
  });
