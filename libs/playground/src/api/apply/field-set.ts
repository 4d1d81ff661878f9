import { isObject, type JsonObject } from '../json';

/**
 * A set of field paths in the format of `fieldsV1`: each step is `f:<name>`, `k:<keys>` or `v:<value>`.
 * A node can be a member itself in addition to its children.
 */
export interface FieldSet {
  readonly member: boolean;
  readonly below: ReadonlyMap<string, FieldSet>;
}

export const emptySet: FieldSet = { member: false, below: new Map() };
export const memberOnly: FieldSet = { member: true, below: new Map() };

/** A node with these children; children without members are dropped. */
export const node = (member: boolean, below: Iterable<readonly [string, FieldSet]>): FieldSet => ({
  member,
  below: new Map([...below].filter(([, child]) => !isEmpty(child))),
});

export const isEmpty = (set: FieldSet): boolean => !set.member && set.below.size === 0;

export function fromFieldsV1(fields: JsonObject, root = true): FieldSet {
  const steps = Object.entries(fields).filter(([step, inner]) => step !== '.' && isObject(inner));
  return node(
    Object.hasOwn(fields, '.') || (!root && steps.length === 0),
    steps.map(([step, inner]) => [canonicalStep(step), fromFieldsV1(inner as JsonObject, false)]),
  );
}

// Writers may order a key's fields differently; they refer to the same item.
function canonicalStep(step: string): string {
  if (!step.startsWith('k:')) return step;
  const keys = JSON.parse(step.slice(2)) as JsonObject;
  return `k:${JSON.stringify(Object.fromEntries(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1))))}`;
}

export function toFieldsV1(set: FieldSet): JsonObject {
  const steps = [...set.below].sort(([a], [b]) => (a < b ? -1 : 1)).map(([step, child]): [string, unknown] => [step, toFieldsV1(child)]);
  return Object.fromEntries(set.member && set.below.size > 0 ? [['.', {}], ...steps] : steps);
}

const stepsOf = (...sets: FieldSet[]): Set<string> => new Set(sets.flatMap((set) => [...set.below.keys()]));

const combine = (a: FieldSet, b: FieldSet, member: (a: boolean, b: boolean) => boolean): FieldSet =>
  node(
    member(a.member, b.member),
    [...stepsOf(a, b)].map((step) => [step, combine(a.below.get(step) ?? emptySet, b.below.get(step) ?? emptySet, member)] as const),
  );

export const union = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (left, right) => left || right);
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (left, right) => left && right);
export const difference = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (left, right) => left && !right);

/** `a` without members at or below the given paths. */
export function withoutBranches(a: FieldSet, paths: ReadonlyArray<readonly string[]>): FieldSet {
  const here = paths.filter((path) => path.length === 1).map(([step]) => step);
  const deeper = (step: string): string[][] => paths.filter((path) => path.length > 1 && path[0] === step).map((path) => path.slice(1));
  return node(
    a.member,
    [...a.below].filter(([step]) => !here.includes(step)).map(([step, child]) => [step, withoutBranches(child, deeper(step))]),
  );
}

/** Members formatted like `.spec.containers[name="web"].image`, as in conflict messages. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const own = set.member ? [prefix === '' ? '.' : prefix] : [];
  return [...own, ...[...set.below].flatMap(([step, child]) => pathsOf(child, prefix + stepText(step)))];
}

/** A step formatted like in a path: `.image`, `[name="web"]`. */
export function stepText(step: string): string {
  const text = step.slice(2);
  if (step.startsWith('f:')) return `.${text}`;
  if (step.startsWith('v:')) return `[=${text}]`;
  const keys = Object.entries(JSON.parse(text) as JsonObject).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `[${keys.join(',')}]`;
}
