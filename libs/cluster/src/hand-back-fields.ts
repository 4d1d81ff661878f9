import { PROJECT_LABEL, RELEASE_LABEL, TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import {
  FENCE_MANAGER, isEmpty, isManifestOfAlloy, managedFieldsOf, REPLICAS, SCALE_MANAGER, union, withoutAll, type Fields, type ManagedFields,
} from './managed-fields';

/** The manager of `kubectl apply --server-side`. */
const KUBECTL = 'kubectl';

const OWN_PREFIX = 'alloy.dev/';
const isOwn = (key: string): boolean => key.startsWith(OWN_PREFIX);

export const ownLabels = ({ metadata }: KubeObject): readonly string[] => Object.keys(metadata.labels ?? {}).filter(isOwn);
export const ownAnnotations = ({ metadata }: KubeObject): readonly string[] => Object.keys(metadata.annotations ?? {}).filter(isOwn);

/** Labels of the pod template. No manager owns them afterwards, so an apply of a manifest does not remove them. */
const TEMPLATE_LABELS = [PROJECT_LABEL, RELEASE_LABEL, TRACK_LABEL].map((label) => [
  'f:spec', 'f:template', 'f:metadata', 'f:labels', `f:${label}`,
]);

/**
 * The managed fields of an object that Alloy gives back: what Alloy wrote belongs to `kubectl apply --server-side`, as
 * if the user had applied the manifest, so that a later apply conflicts with no manager and removes what the manifest
 * omits. The number of pods belongs to no manager. An object without any manager would be one from before the first
 * apply to the API server, and an apply would conflict. Pure.
 */
export function handedBackFields(live: KubeObject): readonly ManagedFields[] {
  const entries = managedFieldsOf(live);
  const manifests = entries.filter(isManifestOfAlloy);
  const known = entries.find(isKubectl);
  const others = entries.filter((entry) => entry !== known && !manifests.includes(entry) && !isOwnWrite(entry));
  const fields = [...(known ? [known] : []), ...manifests].reduce((all, { fieldsV1 = {} }) => union(all, released(fieldsV1)), {});
  const first = known ?? manifests[0];
  if (first === undefined || isEmpty(fields)) return others;
  const { apiVersion, time } = first;
  const own: ManagedFields = {
    manager: KUBECTL, operation: 'Apply', apiVersion, ...(time !== undefined && { time }), fieldsType: 'FieldsV1', fieldsV1: fields,
  };
  return [own, ...others];
}

const isKubectl = ({ manager, operation, subresource }: ManagedFields): boolean =>
  manager === KUBECTL && operation === 'Apply' && !subresource;

const isOwnWrite = ({ manager }: ManagedFields): boolean => manager === FENCE_MANAGER || manager === SCALE_MANAGER;

/** The fields of a manifest without the labels and annotations of Alloy, and without the number of pods. */
const released = (fields: Fields): Fields => withoutAll(withoutOwnKeys(fields), REPLICAS, ...TEMPLATE_LABELS);

function withoutOwnKeys(fields: Fields): Fields {
  const { 'f:labels': labels = {}, 'f:annotations': annotations = {} } = fields['f:metadata'] ?? {};
  const paths = (part: string, keys: Fields) =>
    Object.keys(keys)
      .filter((key) => isOwn(key.slice('f:'.length)))
      .map((key) => ['f:metadata', part, key]);
  return withoutAll(fields, ...paths('f:labels', labels), ...paths('f:annotations', annotations));
}
