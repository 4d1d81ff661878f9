import type { Container } from '../kinds';
import { qosClassOf } from './qos-class';

const container = (resources?: Container['resources']): Container => ({ name: 'web', image: 'web:v1', ...(resources && { resources }) });
const both = { cpu: '1', memory: '1Gi' };

describe('qosClassOf', () => {
  it.each<[string, string, Container[], Container[]]>([
    ['BestEffort', 'no container has requests or limits', [container(), container({})], []],
    ['Burstable', 'one of two containers has a request', [container({ requests: { cpu: '1' } }), container()], []],
    ['Burstable', 'the limits are above the requests', [container({ requests: both, limits: { cpu: '2', memory: '1Gi' } })], []],
    ['Burstable', 'an init container has no limits', [container({ limits: both })], [container()]],
    ['Guaranteed', 'the limits equal the requests', [container({ requests: both, limits: both })], []],
    ['Guaranteed', 'all containers have limits and no requests', [container({ limits: both })], [container({ limits: both })]],
  ])('is %s if %s', (expected, _what, containers, initContainers) => {
    expect(qosClassOf({ containers, initContainers })).toBe(expected);
  });
});
