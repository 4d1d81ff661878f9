import type { KubeObject } from '@alloy/contracts';
import { withBothNameFields } from './service-account';

export const ALLOY_MANAGER = 'alloy';
/** Managers of writes that must not make Alloy the owner of a pod template. */
export const FENCE_MANAGER = 'alloy-fence';
export const SCALE_MANAGER = 'alloy-scale';
export const CREATE_MANAGER = 'alloy-create';
/** Manager of writes to routes, whose fields it owns only while a release runs. */
export const ROUTE_MANAGER = 'alloy-route';

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

/** Whether Alloy wrote these fields, by an apply or by its creation of the object; not its pod counts and fences. */
export const isManifestOfAlloy = ({ manager, subresource }: ManagedFields): boolean =>
  (manager === ALLOY_MANAGER || manager === CREATE_MANAGER) && !subresource;

/** Whether only Alloy has set the number of pods, as after its creation of a workload. */
export function hasOwnReplicas(object: KubeObject): boolean {
  const setters = managedFieldsOf(object).filter(({ fieldsV1 }) => fieldsV1?.['f:spec']?.['f:replicas'] !== undefined);
  return setters.length > 0 && setters.every(({ manager }) => [ALLOY_MANAGER, CREATE_MANAGER, SCALE_MANAGER].includes(manager));
}

/** Managers whose fields Alloy takes over completely: kubectl's commands for manifests, and Alloy's own creation. */
const isManifest = ({ manager, operation }: ManagedFields): boolean =>
  operation === 'Apply' ? manager === 'kubectl' : ['kubectl-client-side-apply', 'kubectl-create', CREATE_MANAGER].includes(manager);

/** Tools with which people write objects. The API server uses the last name for all writers before the first apply. */
const TOOLS = /^(kubectl|helm|argocd|flux|kustomize-controller|Terraform|pulumi|before-first-apply)/;

/** Kinds with a pod template, of which Alloy takes over the whole spec. */
const WORKLOADS: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

/**
 * Moves fields of other managers to the manager `alloy` of server-side apply. Otherwise an apply could not remove these
 * fields when a manifest omits them, and the promoted pods would differ from the judged ones. Of a workload it moves
 * the whole spec from any manager, except the number of pods and a pause. Of any other object it moves the content that
 * people's tools wrote, because a controller may rightly own a part of it. Labels and annotations of an object are
 * moved only from kubectl and from Alloy's creation. Undefined: there is nothing to move.
 */
export function adoptFields(live: KubeObject): readonly ManagedFields[] | undefined {
  const entries = managedFieldsOf(live);
  if (entries.length === 0) return undefined;
  const own = entries.find(isApplied);
  const shares = entries.filter((entry) => entry !== own).map((entry) => ({ entry, ...shareOf(entry, live.kind) }));
  const moved = shares.filter(({ taken }) => !isEmpty(taken));
  const known = own?.fieldsV1 ?? {};
  const fieldsV1 = withBothNameFields(moved.reduce((all, { taken }) => union(all, withItems(taken)), known), live);
  if (moved.length === 0 && fieldsV1 === known) return undefined;
  const { apiVersion, time } = own ?? moved[0]?.entry ?? entries[0]!;
  const merged: ManagedFields = {
    manager: ALLOY_MANAGER,
    operation: 'Apply',
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1,
  };
  return [merged, ...shares.flatMap(remainder)];
}

function remainder({ entry, taken, left }: Share & { readonly entry: ManagedFields }): readonly ManagedFields[] {
  if (isEmpty(taken)) return [entry];
  return isEmpty(left) ? [] : [{ ...entry, fieldsV1: left }];
}

/** Whether it is the entry of Alloy's server-side apply. */
export const isApplied = ({ manager, operation, subresource }: ManagedFields): boolean =>
  manager === ALLOY_MANAGER && operation === 'Apply' && !subresource;

interface Share {
  readonly taken: Fields;
  /** What the manager keeps. */
  readonly left: Fields;
}

export const REPLICAS = ['f:spec', 'f:replicas'];
const PAUSED = ['f:spec', 'f:paused'];
const LAST_APPLIED = ['f:metadata', 'f:annotations', 'f:kubectl.kubernetes.io/last-applied-configuration'];

function shareOf(entry: ManagedFields, kind: string): Share {
  const { manager, subresource, fieldsV1: fields = {} } = entry;
  const nothing: Share = { taken: {}, left: fields };
  if (subresource || manager === FENCE_MANAGER || manager === SCALE_MANAGER) return nothing;
  if (isManifest(entry)) return { taken: withoutAll(fields, REPLICAS, PAUSED, LAST_APPLIED), left: kept(fields) };
  if (WORKLOADS.includes(kind)) return specOf(fields);
  return TOOLS.test(manager) ? contentOf(fields) : nothing;
}

/** The number of pods and a pause, which stay with the manager that has set them. */
function kept(fields: Fields): Fields {
  const { 'f:replicas': replicas, 'f:paused': paused } = fields['f:spec'] ?? {};
  const spec = { ...(replicas && { 'f:replicas': replicas }), ...(paused && { 'f:paused': paused }) };
  return isEmpty(spec) ? {} : { 'f:spec': spec };
}

function specOf(fields: Fields): Share {
  const { 'f:spec': spec, ...others } = fields;
  return { taken: withoutAll({ ...(spec && { 'f:spec': spec }) }, REPLICAS, PAUSED), left: { ...others, ...kept(fields) } };
}

function contentOf(fields: Fields): Share {
  const { 'f:metadata': metadata, 'f:status': status, ...content } = fields;
  const left = { ...(metadata && { 'f:metadata': metadata }), ...(status && { 'f:status': status }), ...kept(fields) };
  return { taken: withoutAll(content, REPLICAS, PAUSED), left };
}

/**
 * The fields, and each list item of which they have a part: an item that no manager owns as a whole would stay in the
 * list with its key only.
 */
const withItems = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([key, below]) => [key, key.startsWith('k:') ? { '.': {}, ...withItems(below) } : withItems(below)]),
  );

export const isEmpty = (fields: Fields): boolean => Object.keys(fields).length === 0;

export const withoutAll = (fields: Fields, ...paths: ReadonlyArray<readonly string[]>): Fields => paths.reduce(without, fields);

function without(fields: Fields, [head, ...tail]: readonly string[]): Fields {
  const member = head === undefined ? undefined : fields[head];
  if (head === undefined || member === undefined) return fields;
  const { [head]: _dropped, ...others } = fields;
  const inner = without(member, tail);
  // A set that becomes empty would mean the whole field.
  return tail.length === 0 || (inner !== member && isEmpty(inner)) ? others : { ...others, [head]: inner };
}

export function union(a: Fields, b: Fields): Fields {
  const merged: Record<string, Fields> = { ...a };
  for (const [key, member] of Object.entries(b)) merged[key] = union(merged[key] ?? {}, member);
  return merged;
}
