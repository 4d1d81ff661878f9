import type { KubeObject } from '@alloy/contracts';
import type { Deployment, PodTemplate } from './json';
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

/**
 * Managed fields that own both names if the pod template of `live` has a service account, whichever client wrote it:
 * after an apply that omitted the name, the restored one has no manager at all.
 */
export function withBothNameFields(fields: Fields, live: KubeObject): Fields {
  const { serviceAccountName, serviceAccount } = (live as Partial<Deployment>).spec?.template?.spec ?? {};
  const template = fields['f:spec']?.['f:template'];
  const spec = template?.['f:spec'];
  if (!(serviceAccountName || serviceAccount) || (spec?.['f:serviceAccountName'] && spec['f:serviceAccount'])) return fields;
  const both = { ...spec, 'f:serviceAccountName': {}, 'f:serviceAccount': {} };
  return { ...fields, 'f:spec': { ...fields['f:spec'], 'f:template': { ...template, 'f:spec': both } } };
}
