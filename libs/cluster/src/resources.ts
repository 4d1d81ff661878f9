import { groupOf, kindIdOf, knownKind } from '@alloy/contracts';

/** Kinds that Alloy reads or writes, beside those that bundles have. */
const kinds: Readonly<Record<string, { readonly plural: string; readonly namespaced: boolean }>> = {
  Namespace: { plural: 'namespaces', namespaced: false },
  Node: { plural: 'nodes', namespaced: false },
  'Event.events.k8s.io': { plural: 'events', namespaced: true },
};

/** A kind that is not in the tables, whose plural only the API server knows. */
export class UnknownKind extends Error {
  readonly code = 'unknown_kind';
  constructor(readonly kind: string) {
    super(`kind ${kind} is not in the table of resources`);
    this.name = 'UnknownKind';
  }
}

export interface Located {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}

export interface Resource {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Undefined: only the API server knows the resource of this kind. */
export function knownResource(of: { readonly apiVersion: string; readonly kind: string }): Resource | undefined {
  const id = kindIdOf(of);
  const row = knownKind(id);
  return row ? { plural: row.plural, namespaced: true } : Object.hasOwn(kinds, id) ? kinds[id] : undefined;
}

/** The API path of one object, or without `name` of a collection. `resource`: default from the tables. */
export function resourcePath(of: Located, resource: Resource | undefined = knownResource(of)): string {
  if (!resource) throw new UnknownKind(of.kind);
  const root = groupOf(of.apiVersion) === '' ? `/api/${of.apiVersion}` : `/apis/${of.apiVersion}`;
  const scope = resource.namespaced && of.namespace ? `/namespaces/${encodeURIComponent(of.namespace)}` : '';
  return `${root}${scope}/${resource.plural}${of.name === undefined ? '' : `/${encodeURIComponent(of.name)}`}`;
}
