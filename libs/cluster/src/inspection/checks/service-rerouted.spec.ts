import type { KubeObject } from '@alloy/contracts';
import { byKey, type Live } from '../../live';
import { bundleOf, deployment } from '../../testing/fixtures';
import type { InspectInput } from '../inspect';
import { SWITCH_ANNOTATION } from '../../routers/service-selector/mark';
import { serviceRerouted } from './service-rerouted';

const service = (ports: readonly object[]): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports } });
const web = { object: deployment('shop:v0', 3), replicas: 3, pods: 3, ready: 3, draining: 0, byRelease: [] };
const refusal = (live: readonly object[], asked: readonly object[]) => {
  const found: Live = { web, canary: null, shared: byKey([service(live)]), copies: new Map(), hpa: null };
  return serviceRerouted({ bundle: { ...bundleOf('v1'), objects: [service(asked)] }, live: found } as unknown as InspectInput)?.code;
};
const dns = [
  { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' },
  { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 'dns-tcp' },
];

describe('serviceRerouted', () => {
  it.each<[string, readonly object[], readonly object[], string | undefined]>([
    ['the same port for UDP and TCP, unchanged', dns, dns, undefined],
    ['the same port for UDP and TCP, in another order', dns, [dns[1]!, dns[0]!], undefined],
    ['the targetPort of one protocol', dns, [dns[0]!, { ...dns[1], targetPort: 'other' }], 'service_change_needs_blue_green'],
    ['a second protocol of a port', [dns[0]!], dns, undefined],
    ['a protocol that is now explicit', [{ port: 80, protocol: 'TCP' }], [{ port: 80 }], undefined],
    [
      'another targetPort, with the default protocol', [{ port: 80, protocol: 'TCP' }], [{ port: 80, targetPort: 81 }],
      'service_change_needs_blue_green',
    ],
  ])('compares ports by number and protocol: %s', (_what, live, asked, code) => expect(refusal(live, asked)).toBe(code));
});

it('compares the own selector of a Service that an earlier release has left switched', () => {
  const asked = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' } } };
  const annotations = { [SWITCH_ANNOTATION]: JSON.stringify({ fence: 'alloy/1/1', selector: { app: 'web' } }) };
  const left = { ...asked, metadata: { name: 'web', annotations }, spec: { selector: { app: 'web-canary' } } };
  const found = (object: KubeObject): Live => ({ web, canary: null, shared: byKey([object]), copies: new Map(), hpa: null });
  const check = (object: KubeObject) =>
    serviceRerouted({ bundle: { ...bundleOf('v1'), objects: [asked] }, live: found(object) } as unknown as InspectInput)?.code;
  expect(check(left)).toBeUndefined();
  expect(check({ ...left, metadata: { name: 'web' } })).toBe('service_change_needs_blue_green');
});
