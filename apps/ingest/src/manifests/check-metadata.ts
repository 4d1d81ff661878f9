import type { KubeObject } from '@alloy/contracts';
import { at, forbidden, invalid, type Finding } from './finding';
import { isLabelName, isLabelValue, isQualifiedName, isSubdomain, recordOf } from './strings';

// Not playground.alloy.dev/, with which users configure the playground.
const OWN_PREFIX = /^alloy\.dev\//;
/** The suffix of a canary's name after the Deployment's. */
const CANARY_SUFFIX = '-canary'.length;

/** Checks name, namespace, labels, and fields that only the cluster, or Alloy itself, may write. */
export function checkMetadata(object: KubeObject, namespace: string, pointer: string): Finding[] {
  const { metadata, kind } = object;
  const here = (...steps: readonly string[]) => at(pointer, 'metadata', ...steps);
  const findings: Finding[] = [];
  if (!isNameOf(kind, metadata.name))
    findings.push(invalid('bad_name', here('name'), `This is not a valid name for a ${kind}: use lower-case letters, digits and hyphens.`));
  if (metadata.namespace !== undefined && metadata.namespace !== namespace)
    findings.push(forbidden('foreign_namespace', here('namespace'), 'This project may not write into that namespace.'));
  for (const key of ['ownerReferences', 'finalizers', 'generateName']) {
    if (metadata[key] !== undefined) findings.push(invalid('forged_metadata', here(key), `${key} must not be set in manifests.`));
  }
  return [...findings, ...checkLabels(metadata, here())];
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
  return isSubdomain(name) && (kind !== 'Deployment' || name.length + CANARY_SUFFIX <= 253);
}
