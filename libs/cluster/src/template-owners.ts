import type { Deployment } from './json';
import { templateRelease } from './live';
import { isManifestOfAlloy, managedFieldsOf, type Fields, type ManagedFields } from './managed-fields';

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

const templateOf = ({ fieldsV1 }: ManagedFields): Fields => fieldsV1?.['f:spec']?.['f:template'] ?? {};

/** Whether a set of fields has a leaf that none of the others has. */
function hasOther(fields: Fields, others: readonly Fields[]): boolean {
  return Object.entries(fields).some(([key, below]) => {
    if (key === '.') return false;
    const known = others.flatMap((other) => other[key] ?? []);
    return known.length === 0 || hasOther(below, known);
  });
}
