import { sameJson } from '../../objects';
import { isObject } from '../json';
import type { Schema } from '../schema/schema';
import { emptySet, memberOnly, node, type FieldSet } from './field-set';
import { childrenOf, type Child } from './structure';

/** All fields that an object sets. */
export function fieldsOf(value: unknown, schema: Schema): FieldSet {
  const children = childrenOf(value, schema);
  if (!children) return memberOnly;
  return node(false, children.map((child) => {
    const inner = fieldsOf(child.value, child.schema);
    const empty = isObject(child.value) && Object.keys(child.value).length === 0;
    return [child.step, child.counts || empty ? { ...inner, member: true } : inner] as const;
  }));
}

/** Like `fieldsOf`, plus all parents: everything that appears or disappears with a branch. */
function branchOf(value: unknown, schema: Schema): FieldSet {
  const children = childrenOf(value, schema);
  return children ? node(true, children.map((child) => [child.step, branchOf(child.value, child.schema)] as const)) : memberOnly;
}

export interface Comparison {
  /** Fields that are new or have another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

/** The differences between two objects, field by field. */
export function compare(before: unknown, after: unknown, schema: Schema): Comparison {
  if (before === undefined || before === null)
    return { changed: after === undefined || after === null ? emptySet : branchOf(after, schema), removed: emptySet };
  if (after === undefined || after === null) return { changed: emptySet, removed: branchOf(before, schema) };
  const left = childrenOf(before, schema);
  const right = childrenOf(after, schema);
  if (!left || !right) return { changed: sameJson(before, after) ? emptySet : memberOnly, removed: emptySet };
  const old = new Map(left.map((child) => [child.step, child]));
  const next = new Map(right.map((child) => [child.step, child]));
  const steps = [...new Set([...old.keys(), ...next.keys()])];
  const inner = steps.map((step) => [step, compareChild(old.get(step), next.get(step))] as const);
  return {
    changed: node(
      false,
      inner.map(([step, { changed }]) => [step, changed] as const),
    ),
    removed: node(
      false,
      inner.map(([step, { removed }]) => [step, removed] as const),
    ),
  };
}

function compareChild(before: Child | undefined, after: Child | undefined): Comparison {
  const known = after ?? before;
  // Values that always exist appear only by their fields.
  const nothing = known?.always ? (Array.isArray(known.value) ? [] : {}) : undefined;
  return compare(before ? before.value : nothing, after ? after.value : nothing, known?.schema ?? {});
}
