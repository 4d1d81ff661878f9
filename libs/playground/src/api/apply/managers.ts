import { timestamp } from '../../store';
import type { ManagedFields, PlaygroundObject } from '../../objects';
import { sameJson } from '../../objects';
import type { JsonObject } from '../json';
import type { Schema } from '../schema/schema';
import { emptySet, fromFieldsV1, isEmpty, node, toFieldsV1, withoutBranches, type FieldSet } from './field-set';
import { fieldsOf } from './fields-of';

/** A writer, as managedFields distinguishes writers. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
}
export interface Managed extends Manager {
  readonly fields: FieldSet;
  readonly time?: string;
}

const metadataFields = [
  'name', 'namespace', 'generateName', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp',
  'deletionGracePeriodSeconds', 'selfLink', 'managedFields',
];
const neverOwned = [['f:apiVersion'], ['f:kind'], ...metadataFields.map((field) => ['f:metadata', `f:${field}`])];

/**
 * Fields of an object that a writer can own; a write to the object never owns status, a write to `/status` nothing
 * else.
 */
export function ownableFields(object: PlaygroundObject, schema: Schema, hasStatus: boolean, subresource: string | undefined): FieldSet {
  return ownable(fieldsOf(object, schema), hasStatus, subresource);
}

export function ownable(fields: FieldSet, hasStatus: boolean, subresource: string | undefined): FieldSet {
  const reset = subresource === 'status' ? [['f:spec'], ['f:data'], ['f:metadata']] : hasStatus ? [['f:status']] : [];
  const left = withoutBranches(fields, [...neverOwned, ...reset]);
  return node(
    false,
    [...left.below].map(
      ([step, child]) => [step, structs.includes(step) && child.below.size > 0 ? { ...child, member: false } : child] as const,
    ),
  );
}

// These always exist in Go, so no writer creates them.
const structs = ['f:metadata', 'f:spec', 'f:status'];

export const sameManager = (a: Manager, b: Manager): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.apiVersion === b.apiVersion &&
  (a.subresource ?? '') === (b.subresource ?? '');

export const decodeManagers = (entries: readonly ManagedFields[] | undefined): Managed[] =>
  (entries ?? [])
    .filter((entry) => entry.manager !== undefined)
    .map(({ manager, operation, apiVersion, subresource, time, fieldsV1 }) => ({
      manager, operation, apiVersion, subresource, time,
      fields: fromFieldsV1(fieldsV1 as JsonObject),
    }));

/** In the object's order: Apply first, then by time; an entry's time changes only with its fields. */
export function encodeManagers(managers: readonly Managed[], before: readonly Managed[], now: Date): ManagedFields[] | undefined {
  const entries = managers.filter((each) => !isEmpty(each.fields)).map((each): ManagedFields => {
    const old = before.find((other) => sameManager(other, each));
    const fieldsV1 = toFieldsV1(each.fields);
    const same = old !== undefined && sameJson(toFieldsV1(old.fields), fieldsV1);
    return {
      manager: each.manager, operation: each.operation, apiVersion: each.apiVersion,
      time: same ? old.time : timestamp(now),
      fieldsType: 'FieldsV1',
      fieldsV1,
      ...(each.subresource === undefined ? {} : { subresource: each.subresource }),
    };
  });
  if (entries.length === 0) return undefined;
  return entries.sort((a, b) =>
    a.operation === b.operation
      ? compareText(a.time ?? '', b.time ?? '') || compareText(a.manager, b.manager)
      : a.operation === 'Apply'
        ? -1
        : 1,
  );
}

export const fieldsOfManager = (managers: readonly Managed[], manager: Manager): FieldSet =>
  managers.find((each) => sameManager(each, manager))?.fields ?? emptySet;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
