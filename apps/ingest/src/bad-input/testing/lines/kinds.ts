import { manifest } from '../../../testing/deploy-body';
import { CANARY, deployed, type BadInput, type Lines } from '../../../testing/refusals';
import { list, object, plus } from '../bundles';

const kind = (name: string): BadInput => deployed(`a ${name}`, plus(object(name)), 403, 'forbidden_kind', '/files/other/0/kind');

export const kinds: Lines = {
  'a multi-document bundle is accepted or refused as a whole': [
    deployed(
      'one bad document after good ones',
      plus(`${object('ConfigMap')}---\n${object('Secret')}---\n${object('Namespace')}`),
      403,
      'forbidden_kind',
      '/files/other/2/kind',
    ),
    deployed('one object twice', plus(manifest.service), 422, 'duplicate_object', '/files/other/0'),
  ],
  'unknown kind 422': [
    deployed('an unknown kind', plus(object('Gizmo')), 422, 'unsupported_kind', '/files/other/0/kind'),
    deployed('a StatefulSet', plus(object('StatefulSet', {}, 'apps/v1')), 422, 'unsupported_kind', '/files/other/0/kind'),
    deployed(
      'an API version of old',
      plus(object('Ingress', {}, 'extensions/v1beta1')),
      422,
      'unsupported_api_version',
      '/files/other/0/apiVersion',
    ),
  ],
  'ClusterRole, RoleBinding, webhook configuration, CRD, Namespace 403': [
    ...[
      'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding', 'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration', 'CustomResourceDefinition', 'Namespace',
    ].map(kind),
    deployed('a Namespace in a List', plus(list(object('Namespace'))), 403, 'forbidden_kind', '/files/other/0/items/0/kind'),
  ],
  'another namespace, also inside a List 403': [
    deployed(
      'another namespace',
      plus(object('Secret', { metadata: { name: CANARY, namespace: 'kube-system' } })),
      403,
      'foreign_namespace',
      '/files/other/0/metadata/namespace',
    ),
    deployed(
      'another namespace in a List',
      plus(list(object('Secret', { metadata: { name: CANARY, namespace: 'kube-system' } }))),
      403,
      'foreign_namespace',
      '/files/other/0/items/0/metadata/namespace',
    ),
  ],
};
