import { nearestKey, type KubeObject } from '@alloy/contracts';
import { at, forbidden, invalid, type Finding } from './finding';
import { isLabelName, isLabelValue, isQualifiedName, isSubdomain, recordOf } from './strings';

// Not playground.alloy.dev/, with which users configure the playground.
const OWN_PREFIX = /^alloy\.dev\//;
/** The name of a canary's ReplicaSet has these suffixes after the Deployment's name; the second one is a hash. */
const SUFFIXES = '-canary'.length + '-0123456789'.length;
const MAX_DEPLOYMENT = 253 - SUFFIXES;
const TOO_LONG = `The name of a Deployment has at most ${MAX_DEPLOYMENT} characters, because the ReplicaSets of its canary have longer names.`;

/** The fields of an object's metadata. Clusters of before Kubernetes 1.20 also wrote the last three. */
const FIELDS = [
  'name', 'namespace', 'labels', 'annotations', 'generateName', 'finalizers', 'ownerReferences', 'uid', 'resourceVersion', 'generation',
  'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'managedFields', 'selfLink', 'clusterName', 'initializers',
];

/** Checks name, namespace, labels, and fields that only the cluster, or Alloy itself, may write. */
export function checkMetadata(object: KubeObject, namespace: string, pointer: string): Finding[] {
  const { metadata, kind } = object;
  const here = (...steps: readonly string[]) => at(pointer, 'metadata', ...steps);
  const findings: Finding[] = [];
  if (!isNameOf(kind, metadata.name))
    findings.push(invalid('bad_name', here('name'), `This is not a valid name for a ${kind}: use lower-case letters, digits and hyphens.`));
  else if (kind === 'Deployment' && metadata.name.length > MAX_DEPLOYMENT)
    findings.push(invalid('bad_name', here('name'), TOO_LONG));
  if (metadata.namespace !== undefined && metadata.namespace !== namespace)
    findings.push(forbidden('foreign_namespace', here('namespace'), 'This project may not write into that namespace.'));
  for (const key of ['ownerReferences', 'finalizers', 'generateName']) {
    if (metadata[key] !== undefined) findings.push(invalid('forged_metadata', here(key), `${key} must not be set in manifests.`));
  }
  return [...findings, ...checkFields(metadata, here()), ...checkLabels(metadata, here())];
}

/**
 * Checks that metadata, of the object or of its pod template, has no misspelt field. The API server may drop one in
 * silence.
 */
export function checkFields(metadata: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  return Object.keys(metadata).filter((key) => !FIELDS.includes(key)).map((key) => {
    const nearest = nearestKey(key, FIELDS);
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    return invalid('unknown_key', at(pointer, key), `metadata has no such field${hint || '.'}`);
  });
}

/** Checks keys and values of labels and annotations, of the object or of its pod template. */
export function checkLabels(metadata: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  return ['labels', 'annotations'].flatMap((key) =>
    Object.entries(recordOf(metadata[key])).flatMap(([name, value]) => {
      if (OWN_PREFIX.test(name))
        return [
          invalid('forged_label', at(pointer, key, name), 'Labels and annotations with the prefix alloy.dev/ are reserved for Alloy.'),
        ];
      if (!isQualifiedName(name)) return [invalid('invalid_value', at(pointer, key), 'A key here is not a valid name.')];
      if (key === 'labels' && typeof value === 'string' && !isLabelValue(value))
        return [invalid('invalid_value', at(pointer, key, name), 'This is not a valid label value.')];
      return [];
    }),
  );
}

function isNameOf(kind: string, name: unknown): boolean {
  if (typeof name !== 'string') return false;
  if (kind === 'Service') return isLabelName(name);
  return isSubdomain(name);
}
