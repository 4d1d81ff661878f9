import { base64, body, files, manifest } from '../../../testing/deploy-body';
import { OTHER_TOKEN } from '../../../testing/test-ingest';
import { CANARY, deployed, type Lines } from '../../../testing/refusals';
import { object, plus, service, web } from '../bundles';
import { labelled, theirs } from '../stage';

export const workload: Lines = {
  'missing selector, label mismatch 422': [
    deployed('no selector', web('selector: {matchLabels: {app: web}}', ''), 422, 'missing_field', '/files/deployment/0/spec/selector'),
    deployed(
      'a selector that misses the pods',
      web('matchLabels: {app: web}', `matchLabels: {app: ${CANARY}}`),
      422,
      'selector_mismatch',
      '/files/deployment/0/spec/selector',
    ),
    deployed(
      'a Service that misses the pods',
      service('app: web', `app: ${CANARY}`),
      422,
      'selector_mismatch',
      '/files/service/0/spec/selector',
    ),
  ],
  'changed immutable selector 422': [
    deployed('a changed selector', () => body({ files: labelled(CANARY) }), 422, 'selector_immutable', '/files/deployment/0/spec/selector'),
  ],
  'several workloads with a Service and none named 422, no Deployment 422': [
    deployed(
      'no Deployment',
      () => body({ files: { ...files(), deployment: base64(object('ConfigMap')) } }),
      422,
      'one_deployment',
      '/files/deployment',
    ),
    deployed(
      'two Deployments with a Service',
      plus(manifest.deployment.replace('name: web}', 'name: other}')),
      422,
      'workload_unclear',
      '/files/deployment',
    ),
  ],
  'paused 422': [
    deployed('a paused Deployment', web('replicas: 5', 'paused: true'), 422, 'paused', '/files/deployment/0/spec/paused'),
    deployed('paused in words', web('replicas: 5', `paused: ${CANARY}`), 422, 'wrong_type', '/files/deployment/0/spec/paused'),
  ],
  'selector overlapping another project’s 409': [
    {
      what: 'a selector that takes another project’s stable pods',
      status: 409,
      code: 'selector_overlap',
      pointer: '/files/deployment/0/spec/selector',
      send: (ingest) => ingest.post('/api/webhook/deploy', theirs('web'), OTHER_TOKEN),
    },
    deployed(
      'a selector that takes the pods of another project’s first release',
      () =>
        body({
          files: {
            ...labelled('api'),
            deployment: base64(manifest.deployment.replaceAll('app: web', 'app: api').replace('name: web}', 'name: other}')),
          },
        }),
      409,
      'selector_overlap',
      '/files/deployment/0/spec/selector',
    ),
  ],
  'replicas negative or 10⁹ 422': [
    deployed('negative replicas', web('replicas: 5', 'replicas: -1'), 422, 'replicas_out_of_range', '/files/deployment/0/spec/replicas'),
    deployed(
      '10^9 replicas',
      web('replicas: 5', 'replicas: 1000000000'),
      422,
      'replicas_out_of_range',
      '/files/deployment/0/spec/replicas',
    ),
    deployed('half a replica', web('replicas: 5', 'replicas: 1.5'), 422, 'wrong_type', '/files/deployment/0/spec/replicas'),
    deployed('replicas in words', web('replicas: 5', `replicas: ${CANARY}`), 422, 'wrong_type', '/files/deployment/0/spec/replicas'),
  ],
};
