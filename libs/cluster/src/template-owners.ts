import type { Deployment, PodTemplate } from './json';
import { templateRelease } from './live';
import { memberOf } from './field-member';
import { isApplied, isManifestOfAlloy, managedFieldsOf, type Fields, type ManagedFields } from './managed-fields';

/**
 * The managers that have written a field of the pod template after Alloy's last apply, or that Alloy has not adopted
 * yet. A field that both have applied with the same value counts as Alloy's. The API server does not record who has
 * removed a field.
 */
export function foreignTemplateManagers(live: Deployment): readonly string[] {
  const entries = managedFieldsOf(live).filter(({ subresource }) => !subresource);
  const own = entries.filter(isManifestOfAlloy).map(templateOf);
  const foreign = entries.filter((entry) => !isManifestOfAlloy(entry) && hasOther(templateOf(entry), own));
  return [...new Set(foreign.map(({ manager }) => manager))];
}

/** Whether the pod template has something that Alloy did not write. */
export const isTemplateForeign = (live: Deployment): boolean =>
  templateRelease(live) === null || foreignTemplateManagers(live).length > 0;

/** Whether another manager has taken over a field that the manifest's pod template has. */
export function isTemplateContested(live: Deployment, manifest: PodTemplate): boolean {
  const entries = managedFieldsOf(live).filter(({ subresource }) => !subresource);
  const own = entries.filter(isManifestOfAlloy).map(templateOf);
  return entries.some((entry) => !isManifestOfAlloy(entry) && isContested(templateOf(entry), own, manifest));
}

/**
 * Whether Alloy's apply owns a field that the manifest's pod template does not have. `adoptFields` has then moved it
 * from another manager, and only the next apply removes it.
 */
export const hasSurplus = (live: Deployment, manifest: PodTemplate): boolean =>
  managedFieldsOf(live).filter(isApplied).some((entry) => isMissing(templateOf(entry), manifest));

function isContested(fields: Fields, own: readonly Fields[], value: unknown): boolean {
  return Object.entries(fields).some(([key, below]) => {
    const inner = key === '.' ? undefined : memberOf(value, key);
    if (inner === undefined) return false;
    const known = own.flatMap((other) => other[key] ?? []);
    return known.length === 0 || isContested(below, known, inner);
  });
}

function isMissing(fields: Fields, value: unknown): boolean {
  return Object.entries(fields).some(([key, below]) => {
    if (key === '.') return false;
    const inner = memberOf(value, key);
    return inner === undefined || isMissing(below, inner);
  });
}

const templateOf = ({ fieldsV1 }: ManagedFields): Fields => fieldsV1?.['f:spec']?.['f:template'] ?? {};

/** Whether a set of fields has a leaf that none of the others has. */
function hasOther(fields: Fields, others: readonly Fields[]): boolean {
  return Object.entries(fields).some(([key, below]) => {
    if (key === '.') return false;
    const known = others.flatMap((other) => other[key] ?? []);
    return known.length === 0 || hasOther(below, known);
  });
}
