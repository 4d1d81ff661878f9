import type { ApplyOptions, Cluster, ObjectRef } from '@alloy/cluster';
import type { Bundle, KubeObject } from '@alloy/contracts';
import { policySchema } from '@alloy/policy';
import type { Context } from '@alloy/release';
import type { InspectionPorts } from './executor-ports';
import { inspectCluster, type Subject } from './inspect-cluster';
import { bundleOfWeb } from './testing/bundle-of-web';

const configMap = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' } });
const { workload, objects } = bundleOfWeb('v1');
const bundle: Bundle = { workload, objects: [...objects, configMap('quick'), configMap('slow')] };
const context = {
  cluster: 'default', policy: policySchema.parse({ namespace: 'shop' }), slot: { holder: null, counter: 0 }, stable: null,
} as unknown as Context;
const subject = {
  project: 'shop', environment: 'production', releaseId: 'R1', request: { strategy: 'rollout', workload, rollbackOf: null },
} as unknown as Subject;

/** An empty namespace, in which a read of the ConfigMap `slow` waits until `quick` has been tried. */
function emptyNamespace() {
  const tried: string[] = [];
  let quickWasTried = (): void => undefined;
  const quick = new Promise<void>((resolve) => (quickWasTried = resolve));
  const cluster = {
    get: async ({ kind, name }: ObjectRef) => {
      if (name === 'slow') await quick;
      return kind === 'Namespace' ? { apiVersion: 'v1', kind, metadata: { name } } : undefined;
    },
    list: async () => [],
    serves: async () => true,
    apply: async (object: KubeObject, { dryRun }: ApplyOptions) => {
      tried.push(`${object.kind} ${object.metadata.name}${dryRun ? '' : ' is written'}`);
      if (object.metadata.name === 'quick') quickWasTried();
      return object;
    },
  } as unknown as Cluster;
  const ports = {
    installation: 'alloy', cluster,
    informers: { replicaSet: () => undefined },
    artifacts: { nameHash: (_project: string, content: string) => `${content.length}`.padStart(10, '0') },
  } as unknown as InspectionPorts;
  return { tried, ports };
}

it('tries an object while others are still read, and each object once', async () => {
  const { tried, ports } = emptyNamespace();
  const { inspected } = await inspectCluster(subject, bundle, context, ports);
  expect([...tried].sort()).toEqual([...new Set(tried)].sort());
  expect(inspected.dryRun).toEqual({ checked: tried.length, refused: [], notChecked: [] });
  expect(tried).toEqual(expect.arrayContaining(['ConfigMap slow', 'Deployment web']));
});
