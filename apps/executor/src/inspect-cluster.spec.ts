import type { ApplyOptions, Cluster, ObjectRef } from '@alloy/cluster';
import type { Bundle, KubeObject } from '@alloy/contracts';
import { policySchema } from '@alloy/policy';
import type { Context } from '@alloy/release';
import type { InspectionPorts } from './executor-ports';
import { inspectCluster, type Subject } from './inspect-cluster';
import { bundleOfWeb } from './testing/bundle-of-web';

const configMap = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' } });
const { workload, objects } = bundleOfWeb('v1');
const follower: KubeObject = {
  apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop' },
  spec: { template: { spec: { containers: [{ name: 'db', image: 'db', envFrom: [{ configMapRef: { name: 'quick' } }] }] } } },
};
const bundle: Bundle = { workload, objects: [...objects, configMap('quick'), configMap('slow'), follower] };
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

it('sends no dry run after it has found that the namespace does not exist', async () => {
  let sent = 0;
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const cluster = {
    // The namespace is looked up after the objects, so that their dry runs have begun.
    get: async ({ kind }: ObjectRef) => void (kind === 'Namespace' && (await new Promise((resolve) => setImmediate(resolve)))),
    list: async () => [],
    serves: async () => true,
    apply: async () => {
      sent += 1;
      await answered;
    },
  } as unknown as Cluster;
  const many = Array.from({ length: 40 }, (_, index) => configMap(`settings-${index}`));
  const { ports } = emptyNamespace();
  const { inspected } = await inspectCluster(subject, { workload, objects: [...objects, ...many] }, context, { ...ports, cluster });
  expect(inspected.refusal?.code).toBe('namespace_missing');
  expect(sent).toBe(16);
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toBe(16);
});
