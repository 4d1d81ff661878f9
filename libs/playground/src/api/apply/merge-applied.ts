import { isObject, type JsonObject } from '../json';
import { mergeOrder } from '../patch/merge-order';
import type { Schema } from '../schema/schema';
import { emptySet, stepText, type FieldSet } from './field-set';
import { childrenOf, type Child } from './structure';

/** Merges the applied fields into the live object. */
export function mergeApplied(live: unknown, applied: unknown, schema: Schema): unknown {
  const left = live === undefined || live === null ? undefined : childrenOf(live, schema);
  const right = childrenOf(applied, schema);
  if (!left || !right || Array.isArray(live) !== Array.isArray(applied)) return applied;
  const old = new Map(left.map((child) => [child.step, child]));
  const merged = right.map((child) => ({ ...child, value: mergeApplied(old.get(child.step)?.value, child.value, child.schema) }));
  const asked = new Set(merged.map((child) => child.step));
  const liveOnly = left.filter((child) => !asked.has(child.step));
  return assemble(mergeOrder(merged, liveOnly, left.map((child) => child.step), (child) => child.step), Array.isArray(applied));
}

/**
 * Removes the fields in `gone`; keeps a branch while `kept` owns something below it. A struct without an owner is
 * removed with its defaults, which have no owner either.
 */
export function removeFields(value: unknown, gone: FieldSet, kept: FieldSet, schema: Schema, isObjectRoot = true): unknown {
  const children = childrenOf(value, schema);
  if (!children) return value;
  const left = children.flatMap((child): Child[] => {
    const out = gone.below.get(child.step);
    if (!out) return [child];
    const held = kept.below.get(child.step) ?? emptySet;
    const unowned = !held.member && held.below.size === 0;
    // No manager owns the name of an object.
    const isStruct = child.step.startsWith('f:') && !child.counts && !(isObjectRoot && child.step === 'f:metadata');
    if (unowned && (out.member || isStruct)) return [];
    const inner = withKeys(child, removeFields(child.value, out, held, child.schema, false));
    return unowned && isHollow(inner) && !isHollow(child.value) ? [] : [{ ...child, value: inner }];
  });
  return assemble(left, Array.isArray(value));
}

// A remaining item keeps its key fields, independent of their manager.
const withKeys = ({ step, value }: Child, inner: unknown): unknown => {
  if (!step.startsWith('k:') || !isObject(value) || !isObject(inner)) return inner;
  const keys = Object.keys(JSON.parse(step.slice(2)) as JsonObject).filter((key) => value[key] !== undefined);
  return { ...Object.fromEntries(keys.map((key) => [key, value[key]])), ...inner };
};

const isHollow = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;

function assemble(children: readonly Child[], list: boolean): unknown {
  if (list) return children.map((child) => child.value);
  return Object.fromEntries(children.map((child) => [child.step.slice(2), child.value])) as JsonObject;
}

/**
 * The path of a list with two equal items, which an applied list must not contain, and their key, like
 * `.spec.ports: duplicate entries for key [port=80,protocol="TCP"]`.
 */
export function duplicateItem(value: unknown, schema: Schema, path = ''): string | undefined {
  const children = childrenOf(value, schema) ?? [];
  if (Array.isArray(value)) {
    const steps = children.map((child) => child.step);
    const twice = steps.find((step, index) => steps.indexOf(step) !== index);
    if (twice !== undefined) return `${path}: duplicate entries for key ${stepText(twice)}`;
  }
  return children
    .map((child) => duplicateItem(child.value, child.schema, path + stepText(child.step)))
    .find((found) => found !== undefined);
}
