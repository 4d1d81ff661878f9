import type { Container, Pod, PodSpec } from '../kinds';
import { noRoom, requestOf, type NodeRoom } from './node-room';

const container = (cpu?: string, more: Partial<Container> = {}): Container => ({
  name: 'web', image: 'web:v1', ...(cpu !== undefined && { resources: { requests: { cpu } } }), ...more,
});
const podOf = (spec: Partial<PodSpec>, phase: 'Pending' | 'Running' | 'Succeeded' = 'Running'): Pod => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [container()], ...spec }, status: { phase },
});
const node: NodeRoom = { labels: { zone: 'a' }, unschedulable: false, allocatable: { cpu: '2', memory: '1Gi', pods: '3' } };

describe('requestOf', () => {
  it.each<[string, number, Partial<PodSpec>]>([
    ['is the sum of the containers', 1.5, { containers: [container('1'), container('500m')] }],
    ['is 0 without requests', 0, { containers: [container()] }],
    ['takes the limit where there is no request', 2, { containers: [container(undefined, { resources: { limits: { cpu: '2' } } })] }],
    [
      'is that of an init container that requests more than the others', 3,
      { containers: [container('1')], initContainers: [container('3')] },
    ],
    [
      'adds sidecars to the containers and to the init containers after them', 5,
      { containers: [container('1')], initContainers: [container('4'), container('2', { restartPolicy: 'Always' }), container('3')] },
    ],
    ['adds the overhead of the pod', 1.25, { containers: [container('1')], overhead: { cpu: '250m' } }],
  ])('%s', (_title, expected, spec) => expect(requestOf(podOf(spec).spec, 'cpu')).toBeCloseTo(expected, 9));
});

describe('noRoom', () => {
  const wanting = (cpu: string, memory?: string): Pod =>
    podOf({ containers: [container(undefined, { resources: { requests: { cpu, ...(memory !== undefined && { memory }) } } })] });

  it('is undefined while the running pods and this one request no more than the node has', () => {
    expect(noRoom(wanting('500m'), node, [wanting('500m'), wanting('1')])).toBeUndefined();
  });

  it('names each resource of which the node has too little', () => {
    expect(noRoom(wanting('501m', '2Gi'), node, [wanting('1.5')])).toBe(
      '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.',
    );
  });

  it('does not refuse a pod without requests on a node that is used up', () => {
    expect(noRoom(podOf({}), node, [wanting('2')])).toBeUndefined();
  });

  it('does not count pods that have ended', () => {
    expect(noRoom(wanting('2'), node, [podOf({ containers: [container('2')] }, 'Succeeded')])).toBeUndefined();
  });

  it.each<[string, Pod, NodeRoom, readonly Pod[]]>([
    ['Too many pods', podOf({}), node, [podOf({}), podOf({}), podOf({})]],
    ['node(s) were unschedulable', podOf({}), { ...node, unschedulable: true }, []],
    ["node(s) didn't match Pod's node affinity/selector", podOf({ nodeSelector: { zone: 'b' } }), node, []],
  ])('says %s', (reason, pod, of, pods) => expect(noRoom(pod, of, pods)).toBe(`0/1 nodes are available: 1 ${reason}.`));
});
