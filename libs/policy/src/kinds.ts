import { defaultKinds, idOf, kindIdOf, knownKind, knownKindNamed, neverWritten } from '@alloy/contracts';
import { z } from 'zod';

/** Stands in `kinds` for the kinds of `defaultKinds`. */
const DEFAULT = 'default';
const KIND = /^(?:default|[A-Z][A-Za-z0-9]{0,62}(?:\.[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)?)$/;

/** The id of a kind as a policy names it: a known kind also without its group. Undefined: the group is missing. */
function idIn(name: string): string | undefined {
  if (knownKind(name) || name.includes('.')) return name;
  const row = knownKindNamed(name);
  return row ? idOf(row) : undefined;
}

const UNKNOWN = 'Alloy does not know this kind: write it with its group, like Certificate.cert-manager.io.';

const kindName = z
  .string()
  .max(320)
  .regex(KIND, 'This is not a kind: write it like Deployment, or with its group, like Certificate.cert-manager.io.')
  .refine((name) => name === DEFAULT || neverWritten(name) !== undefined || idIn(name) !== undefined, UNKNOWN);

/** Kinds whose objects a release writes; `default` stands for the default list. */
export const kindsSchema = z
  .array(
    kindName
      .refine((name) => neverWritten(name) === undefined, { error: (issue) => neverWritten(String(issue.input)) ?? '' })
      .meta({ description: 'A kind that Alloy may write.', examples: [DEFAULT, 'Service', 'Widget.example.com'] }),
  )
  .max(100)
  .describe('Kinds like `Service`, those of other projects with their group, like `Widget.example.com`; `default`: the default list.')
  .meta({ examples: [[DEFAULT, 'Widget.example.com']] });

/** Kinds by which a bundle is refused, in place of being left to others. */
export const refusedKindsSchema = z
  .array(
    kindName
      .refine((name) => name !== DEFAULT, 'default stands for kinds that are released.')
      .meta({ description: 'Any kind.', examples: ['ClusterRole', 'Widget.example.com'] }),
  )
  .max(100)
  .describe('Kinds like `ClusterRole`, those of other projects with their group, like `Widget.example.com`.')
  .meta({ examples: [['ClusterRole', 'Widget.example.com']] });

/** The kinds that releases write and those by which they are refused, as ids. */
export interface KindRules {
  readonly released: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
}

/** The rules of a policy. The Deployment is always released: it is what a release is about. Pure. */
export function kindRules({ kinds = [DEFAULT], refuse = [] }: {
  readonly kinds?: readonly string[] | undefined;
  readonly refuse?: readonly string[] | undefined;
}): KindRules {
  const released = kinds.flatMap((name) => (name === DEFAULT ? defaultKinds.map(idOf) : (idIn(name) ?? [])));
  return { released: new Set(['Deployment.apps', ...released]), refused: new Set(refuse.map((name) => idIn(name) ?? name)) };
}

/** Whether the rules refuse a bundle with this object. Kinds that Alloy never writes may be named without a group. */
export const isRefusedKind = ({ refused }: KindRules, object: { readonly apiVersion: string; readonly kind: string }): boolean =>
  refused.has(kindIdOf(object)) || (neverWritten(object.kind) !== undefined && refused.has(object.kind));
