import type { PodTemplate } from './json';
import type { Fields } from './managed-fields';

/**
 * The service account of a pod template has two fields, `serviceAccountName` and its older name `serviceAccount`. The
 * API server copies one to the other and records no manager for the copy. So an apply that omits both would remove only
 * the field with a manager, and the API server would restore it from the copy.
 */
export function withBothNames(template: PodTemplate): PodTemplate {
  const { serviceAccountName, serviceAccount, ...spec } = template.spec;
  const name = serviceAccountName || serviceAccount;
  return name ? { ...template, spec: { ...spec, serviceAccountName: name, serviceAccount: name } } : template;
}

/** Managed fields of an object with a pod template in which the manager of one name owns the other, too. */
export function withBothNameFields(fields: Fields): Fields {
  const spec = fields['f:spec']?.['f:template']?.['f:spec'];
  if (!spec || (spec['f:serviceAccountName'] === undefined) === (spec['f:serviceAccount'] === undefined)) return fields;
  const both = { ...spec, 'f:serviceAccountName': {}, 'f:serviceAccount': {} };
  return { ...fields, 'f:spec': { ...fields['f:spec'], 'f:template': { ...fields['f:spec']!['f:template'], 'f:spec': both } } };
}
