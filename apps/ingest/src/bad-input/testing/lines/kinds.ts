import { manifest } from '../../../testing/deploy-body';
import { CANARY, deployed, type Lines } from '../../../testing/refusals';
import { list, object, plus } from '../bundles';

export const kinds: Lines = {
  'a multi-document bundle is accepted or refused as a whole': [
    deployed(
      'one bad document after good ones',
      plus(`${object('ConfigMap')}---\n${object('Secret')}---\n${object('Servce')}`),
      422,
      'unsupported_kind',
      '/files/other/2/kind',
    ),
    deployed('one object twice', plus(manifest.service), 422, 'duplicate_object', '/files/other/0'),
  ],
  'a kind by which the policy refuses a bundle 422': [
    deployed('a refused kind', plus(object('Widget', {}, 'refused.example.com/v1')), 422, 'refused_kind', '/files/other/0/kind'),
    deployed(
      'a refused kind in a List',
      plus(list(object('Widget', {}, 'refused.example.com/v1'))),
      422,
      'refused_kind',
      '/files/other/0/items/0/kind',
    ),
  ],
  'a kind that Kubernetes does not have 422': [
    deployed('a misspelt kind', plus(object('ConfigMpa')), 422, 'unsupported_kind', '/files/other/0/kind'),
    deployed('a kind that is none', plus(object('canary bird')), 422, 'unsupported_kind', '/files/other/0/kind'),
    deployed('an apiVersion that is none', plus(object('Widget', {}, 'canary-bird')), 422, 'invalid_value', '/files/other/0/apiVersion'),
    deployed(
      'an API version of old',
      plus(object('Ingress', {}, 'extensions/v1beta1')),
      422,
      'unsupported_api_version',
      '/files/other/0/apiVersion',
    ),
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
