import { groupOf, isBuiltInGroup, kindIdOf, knownKind, neverWritten } from '@alloy/contracts';
import { isRefusedKind, type KindRules } from '@alloy/policy';
import type { LeftObject } from '@alloy/release';
import type { Placed } from './check-references';
import { at, invalid, type Finding } from './finding';
import { recordOf } from './strings';

export interface SortedOut {
  /** What the release writes. */
  readonly released: readonly Placed[];
  readonly left: readonly (LeftObject & { readonly placed: Placed })[];
  /** Objects of kinds by which the policy refuses a bundle, and objects that cannot be listed. */
  readonly findings: readonly Finding[];
}

/** Names of objects; those of access rules may have colons. */
const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9._:]{0,251}[A-Za-z0-9])?$/;

/** Separates what a release writes from what it leaves to others, by the rules of the policy. Pure. */
export function sortOut(placed: readonly Placed[], rules: KindRules): SortedOut {
  const sorted = placed.map((one) => ({ one, why: whyLeft(one, rules) }));
  const left = sorted.flatMap(({ one, why }) => (why === undefined ? [] : [{ ...listed(one, why), placed: one }]));
  return {
    released: sorted.flatMap(({ one, why }) => (why === undefined ? [one] : [])),
    left,
    findings: [
      ...placed
        .filter(({ object }) => isRefusedKind(rules, object))
        .map(({ pointer }) => invalid('refused_kind', at(pointer, 'kind'), 'The policy refuses bundles with an object of this kind.')),
      ...left
        .filter(({ name }) => !NAME.test(name))
        .map(({ placed: { pointer } }) => invalid('bad_name', at(pointer, 'metadata', 'name'), 'This is not a valid name.')),
    ],
  };
}

function whyLeft({ object }: Placed, { released }: KindRules): string | undefined {
  const id = kindIdOf(object);
  const never = neverWritten(id);
  if (never !== undefined) return never;
  if (recordOf(object.metadata.annotations)['helm.sh/hook'] !== undefined) return 'Alloy does not run hooks of Helm.';
  if (released.has(id)) return undefined;
  return isBuiltInGroup(groupOf(object.apiVersion)) && !knownKind(id)
    ? 'Alloy does not know this kind of Kubernetes.'
    : `The policy does not allow this kind: an administrator can add ${id} to its kinds.`;
}

const listed = ({ object: { apiVersion, kind, metadata } }: Placed, why: string): LeftObject => {
  const { name, generateName } = metadata as { readonly name?: string; readonly generateName?: unknown };
  return { apiVersion, kind, name: name ?? (typeof generateName === 'string' ? `${generateName}0` : ''), why };
};
