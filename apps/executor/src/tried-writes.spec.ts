import { ClusterError, inspect, type Cluster, type InspectInput } from '@alloy/cluster';
import type { Bundle, KubeObject } from '@alloy/contracts';
import type { ExecutorPorts } from './executor-ports';
import { bundleOfWeb } from './testing/bundle-of-web';
import { TriedWrites } from './tried-writes';

const bundle: Bundle = bundleOfWeb('v1');
const web = bundle.objects.find(({ kind }) => kind === 'Deployment') as KubeObject;
const input: InspectInput = {
  bundle,
  live: {
    web: { object: web as never, replicas: 1, pods: 1, ready: 1, draining: 0, byRelease: [] },
    canary: null, shared: new Map(), copies: new Map(), hpa: null,
  },
  owner: { project: 'shop', environment: 'production', releaseId: 'R1', fence: { installation: 'alloy', slot: 1, version: 0 } },
  wantsCanary: false,
  hasStable: false,
};
const tried = (refusal?: ClusterError) => {
  const answer = async (): Promise<never> => {
    if (refusal) throw refusal;
    return {} as never;
  };
  const cluster = { apply: answer, patch: answer, get: async () => web } as unknown as Cluster;
  const artifacts = { nameHash: (_project: string, content: string) => content.slice(0, 10) } as unknown as ExecutorPorts['artifacts'];
  return new TriedWrites(input.owner, 'shop', { cluster, artifacts }).addTo(inspect(input), input);
};

it('adopts what runs only if the API server accepts what the release will write', async () => {
  expect((await tried()).adopted).not.toBeNull();
  const { inspected, adopted } = await tried(new ClusterError('invalid', 'no such field', { ref: 'x', status: 422 }));
  expect([inspected.refusal?.code, adopted]).toEqual(['invalid_object', null]);
});
