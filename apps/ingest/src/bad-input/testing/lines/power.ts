import { CANARY, deployed, type Lines } from '../../../testing/refusals';
import { object, plus, POD, service, web } from '../bundles';
import { ADMIN } from '../stage';

export const power: Lines = {
  'privileged, hostPath, hostNetwork 403 unless the policy allows': [
    deployed(
      'a privileged container',
      web('image:', 'securityContext: {privileged: true}, image:'),
      403,
      'privileged',
      `${POD}/containers/0/securityContext/privileged`,
    ),
    deployed(
      "a capability like root's",
      web('image:', 'securityContext: {capabilities: {add: [SYS_ADMIN]}}, image:'),
      403,
      'privileged',
      `${POD}/containers/0/securityContext/capabilities/add`,
    ),
    ...['sys_admin', 'CAP_SYS_ADMIN', 'all', 'SYS_MODULE', 'DAC_READ_SEARCH'].map((capability) =>
      deployed(
        `the capability ${capability}`,
        web('image:', `securityContext: {capabilities: {add: [CHOWN, ${capability}]}}, image:`),
        403,
        'privileged',
        `${POD}/containers/0/securityContext/capabilities/add`,
      ),
    ),
    deployed(
      'an unmasked /proc',
      web('image:', 'securityContext: {procMount: Unmasked}, image:'),
      403,
      'privileged',
      `${POD}/containers/0/securityContext/procMount`,
    ),
    deployed(
      'a process of the node',
      web('spec: {containers', 'spec: {securityContext: {windowsOptions: {hostProcess: true}}, containers'),
      403,
      'privileged',
      `${POD}/securityContext/windowsOptions/hostProcess`,
    ),
    deployed(
      'a container that is a process of the node',
      web('image:', 'securityContext: {windowsOptions: {hostProcess: true}}, image:'),
      403,
      'privileged',
      `${POD}/containers/0/securityContext/windowsOptions/hostProcess`,
    ),
    deployed('hostNetwork', web('spec: {containers', 'spec: {hostNetwork: true, containers'), 403, 'privileged', `${POD}/hostNetwork`),
    deployed('hostPID', web('spec: {containers', 'spec: {hostPID: true, containers'), 403, 'privileged', `${POD}/hostPID`),
    deployed(
      'hostPath',
      web('spec: {containers', `spec: {volumes: [{name: v, hostPath: {path: /${CANARY}}}], containers`),
      403,
      'privileged',
      `${POD}/volumes/0/hostPath`,
    ),
    deployed(
      'hostPort',
      web('image:', 'ports: [{containerPort: 80, hostPort: 80}], image:'),
      403,
      'privileged',
      `${POD}/containers/0/ports/0/hostPort`,
    ),
    deployed(
      'traffic of others',
      service('spec: {', 'spec: {externalIPs: [10.0.0.1], '),
      403,
      'privileged',
      '/files/service/0/spec/externalIPs',
    ),
    deployed(
      'power that the policy does not allow, in addition to allowed power',
      web('spec: {containers', 'spec: {hostPID: true, hostIPC: true, containers'),
      403,
      'privileged',
      `${POD}/hostPID`,
    ),
    {
      what: 'power that an administrator of the project adds to the own policy',
      status: 403,
      code: 'forbidden_project',
      pointer: '/policy/allow',
      send: (ingest) =>
        ingest.call('/api/v1/projects/shop', {
          method: 'PATCH',
          token: ADMIN,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ policy: { allow: ['privileged'] } }),
        }),
    },
  ],
  'Secret over 1 MiB 422': [
    deployed(
      'a Secret over 1 MiB',
      plus(object('Secret', { stringData: { value: `${CANARY}${'x'.repeat(1_048_576)}` } })),
      422,
      'too_large',
      '/files/other/0',
    ),
  ],
  'a Secret’s value that is not base64 422': [
    deployed(
      "a Secret's value that is not base64",
      plus(object('Secret', { data: { value: `*${CANARY}` } })),
      422,
      'bad_base64',
      '/files/other/0/data/value',
    ),
  ],
};
