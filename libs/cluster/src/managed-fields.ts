import type { KubeObject } from '@alloy/contracts';

export const ALLOY_MANAGER = 'alloy';
/** Managers of writes that must not make Alloy the owner of a pod template. */
export const FENCE_MANAGER = 'alloy-fence';
export const SCALE_MANAGER = 'alloy-scale';
export const CREATE_MANAGER = 'alloy-create';

/** A set of fields in the format of the API server: members are `f:name`, `k:{keys}` or `v:value`. */
export type Fields = { readonly [key: string]: Fields };

/** An entry of `metadata.managedFields`. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: Fields;
  readonly subresource?: string;
}

/** The entries of `metadata.managedFields`; empty if the API server has none. */
export const managedFieldsOf = ({ metadata }: KubeObject): readonly ManagedFields[] =>
  (metadata['managedFields'] as readonly ManagedFields[] | undefined) ?? [];

const isAdopted = (entry: ManagedFields): boolean => {
  if (entry.subresource) return false;
  if (entry.operation === 'Apply') return entry.manager === 'kubectl';
  return entry.manager === 'kubectl-client-side-apply' || entry.manager === 'kubectl-create' || entry.manager === CREATE_MANAGER;
};

/**
 * Moves the fields of kubectl and of Alloy's own creation, except `spec.replicas`, to the manager `alloy` of
 * server-side apply. Undefined: there is nothing to move. Otherwise an apply could not remove these fields when a later
 * manifest omits them.
 */
export function adoptFields(live: KubeObject): readonly ManagedFields[] | undefined {
  const entries = managedFieldsOf(live);
  const taken = entries.filter((entry) => isAdopted(entry) && !isOnlyReplicas(entry));
  if (taken.length === 0) return undefined;
  const own = entries.find((entry) => entry.manager === ALLOY_MANAGER && entry.operation === 'Apply' && !entry.subresource);
  const moved = taken.map((entry) => withoutReplicas(entry.fieldsV1 ?? {}));
  const merged: ManagedFields = {
    manager: ALLOY_MANAGER,
    operation: 'Apply',
    apiVersion: own?.apiVersion ?? taken[0]!.apiVersion,
    time: own?.time ?? taken[0]!.time,
    fieldsType: 'FieldsV1',
    fieldsV1: moved.reduce(union, own?.fieldsV1 ?? {}),
  };
  const rest = entries.filter((entry) => entry !== own && !taken.includes(entry));
  return [merged, ...taken.filter((entry) => ownsReplicas(entry)).map((entry) => ({ ...entry, fieldsV1: onlyReplicas })), ...rest];
}

const onlyReplicas: Fields = { 'f:spec': { 'f:replicas': {} } };
const ownsReplicas = (entry: ManagedFields): boolean => entry.fieldsV1?.['f:spec']?.['f:replicas'] !== undefined;
const isOnlyReplicas = (entry: ManagedFields): boolean =>
  Object.keys(entry.fieldsV1 ?? {}).join() === 'f:spec' && Object.keys(entry.fieldsV1?.['f:spec'] ?? {}).join() === 'f:replicas';

const LAST_APPLIED = 'f:kubectl.kubernetes.io/last-applied-configuration';

function withoutReplicas(fields: Fields): Fields {
  return without(without(fields, ['f:spec', 'f:replicas']), ['f:metadata', 'f:annotations', LAST_APPLIED]);
}

function without(fields: Fields, [head, ...tail]: readonly string[]): Fields {
  const member = head === undefined ? undefined : fields[head];
  if (head === undefined || member === undefined) return fields;
  const { [head]: _dropped, ...others } = fields;
  return tail.length === 0 ? others : { ...others, [head]: without(member, tail) };
}

function union(a: Fields, b: Fields): Fields {
  const merged: Record<string, Fields> = { ...a };
  for (const [key, member] of Object.entries(b)) merged[key] = union(merged[key] ?? {}, member);
  return merged;
}
