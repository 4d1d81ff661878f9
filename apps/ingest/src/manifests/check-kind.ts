import { groupOf, isBuiltInGroup, kindIdOf, kindsOfGroup, knownKind, knownKindNamed, nearestKey, neverWritten } from '@alloy/contracts';
import { at, invalid, type Finding } from './finding';

const API_VERSION = /^(?:[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?v[a-z0-9]{1,30}$/;
const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;

const KUSTOMIZE = 'kustomize.config.k8s.io';
const NOT_BUILT = 'This is an input of kustomize and no object: send what `kubectl kustomize` prints, or leave this file out.';

/**
 * Checks that Kubernetes may have the kind in that version. For a kind of another project only its cluster knows that.
 */
export function checkKind(apiVersion: string, kind: string, pointer: string): Finding[] {
  if (!KIND.test(kind))
    return [invalid('unsupported_kind', at(pointer, 'kind'), 'A kind has letters and digits, the first one upper-case.')];
  if (!API_VERSION.test(apiVersion))
    return [invalid('invalid_value', at(pointer, 'apiVersion'), 'This is not an apiVersion: write it like v1 or apps/v1.')];
  const group = groupOf(apiVersion);
  if (group === KUSTOMIZE) return [invalid('unsupported_kind', at(pointer, 'kind'), NOT_BUILT)];
  const id = kindIdOf({ apiVersion, kind });
  if (!isBuiltInGroup(group) || neverWritten(id) !== undefined) return [];
  const row = knownKind(id) ?? knownKindNamed(kind);
  if (row && isBuiltInGroup(row.group)) {
    const versions = row.versions.map((version) => (row.group === '' ? version : `${row.group}/${version}`));
    return versions.includes(apiVersion)
      ? []
      : [invalid('unsupported_api_version', at(pointer, 'apiVersion'), `A ${kind} is supported as ${versions.join(', ')}.`)];
  }
  const nearest = nearestKey(kind, kindsOfGroup(group));
  return nearest === undefined
    ? []
    : [invalid('unsupported_kind', at(pointer, 'kind'), `Kubernetes has no such kind in ${apiVersion}: did you mean ${nearest}?`)];
}
