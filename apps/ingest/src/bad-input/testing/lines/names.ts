import { body } from '../../../testing/deploy-body';
import { CANARY, deployed, type BadInput, type Lines } from '../../../testing/refusals';
import { POD, web } from '../bundles';

const named = (what: string, name: string, code: string): BadInput =>
  deployed(`a name with ${what}`, web('name: web}', `name: ${JSON.stringify(name)}}`), 422, code, '/files/deployment/0/metadata/name');

const unreplaced = (what: string, content: () => unknown, pointer: string): BadInput =>
  deployed(`a variable in ${what}`, content, 422, 'unreplaced_variable', pointer);

export const names: Lines = {
  'bad names (`../../etc`, upper case, 254 characters), bidi characters 422': [
    named('a path', `../../${CANARY}`, 'bad_name'),
    named('upper case', `Canary-Bird-${CANARY}`, 'bad_name'),
    named('254 characters', `${CANARY}${'a'.repeat(254 - CANARY.length)}`, 'bad_name'),
    named('bidi characters', `${CANARY}\u202E`, 'bidi_character'),
  ],
  'image tag empty, invalid 422': [
    deployed(
      'an image that is none',
      web('r.example:5000/shop/web:old', `Not An Image ${CANARY}`),
      422,
      'invalid_value',
      `${POD}/containers/0/image`,
    ),
    deployed('an image with an empty tag', web('shop/web:old', `${CANARY}:`), 422, 'invalid_value', `${POD}/containers/0/image`),
    deployed('an empty tag', () => body({ image_tag: '' }), 422, 'invalid_value', '/image_tag'),
    deployed('an invalid tag', () => body({ image_tag: `${CANARY}:evil` }), 422, 'invalid_value', '/image_tag'),
  ],
  'a variable or a template that was never replaced 422': [
    unreplaced('an image', web('shop/web:old', `\${${CANARY.replace('-', '_')}}/web:old`), `${POD}/containers/0/image`),
    unreplaced('an image, by a template', web('shop/web:old', `shop/web:{{ ${CANARY} }}`), `${POD}/containers/0/image`),
    unreplaced('replicas', web('replicas: 5', 'replicas: ${REPLICAS}'), '/files/deployment/0/spec/replicas'),
    unreplaced('a name', web('name: web}', 'name: web-$(ENV)}'), '/files/deployment/0/metadata/name'),
    deployed('a variable for a tag', () => body({ image_tag: '${TAG}' }), 422, 'invalid_value', '/image_tag'),
  ],
  '`latest` refused by policy': [deployed('the tag latest', () => body({ image_tag: 'latest' }), 422, 'invalid_value', '/image_tag')],
  'forged `alloy.dev/*` labels, ownerReferences, finalizers 422': [
    deployed(
      'a forged label',
      web('metadata: {name: web}', `metadata: {name: web, labels: {alloy.dev/track: ${CANARY}}}`),
      422,
      'forged_label',
      '/files/deployment/0/metadata/labels/alloy.dev~1track',
    ),
    deployed(
      'a forged label of pods',
      web('labels: {app: web}', `labels: {app: web, alloy.dev/release: ${CANARY}}`),
      422,
      'forged_label',
      '/files/deployment/0/spec/template/metadata/labels/alloy.dev~1release',
    ),
    deployed(
      'a forged annotation',
      web('metadata: {name: web}', `metadata: {name: web, annotations: {alloy.dev/fence: ${CANARY}}}`),
      422,
      'forged_label',
      '/files/deployment/0/metadata/annotations/alloy.dev~1fence',
    ),
    deployed(
      'ownerReferences',
      web('metadata: {name: web}', `metadata: {name: web, ownerReferences: [{name: ${CANARY}}]}`),
      422,
      'forged_metadata',
      '/files/deployment/0/metadata/ownerReferences',
    ),
    deployed(
      'finalizers',
      web('metadata: {name: web}', `metadata: {name: web, finalizers: [${CANARY}]}`),
      422,
      'forged_metadata',
      '/files/deployment/0/metadata/finalizers',
    ),
  ],
  'CR, LF, ANSI in labels 422': [
    deployed(
      'CR, LF and ANSI in a label',
      web('metadata: {name: web}', String.raw`metadata: {name: web, labels: {note: "a\r\n\e[31m${CANARY}"}}`),
      422,
      'invalid_value',
      '/files/deployment/0/metadata/labels/note',
    ),
  ],
};
