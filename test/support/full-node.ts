import type { KubeObject, StoredEvent } from '@alloy/contracts';
import { eventually } from './eventually';
import type { Story, Version } from './story';
import { deployment } from './workload';

type Node = KubeObject & { readonly status: { readonly allocatable: { readonly cpu: string } } };

const FILLER = 'filler';
const NO_CPU = '0/1 nodes are available: 1 Insufficient cpu.';
/** More than the filler leaves, and less than the node has. */
const WANTED = '2';

const isBlocked = ({ type }: StoredEvent): boolean => type === 'WorkloadBlocked' || type === 'WorkloadUnblocked';
const wanting = (cpu: string): Version => ({ deployment: deployment({ container: { resources: { requests: { cpu } } } }) });

/** A pod of another client, which requests all processors of the only node but one. */
async function fillNode(shop: Story): Promise<void> {
  const [node] = (await shop.cluster.list({ apiVersion: 'v1', kind: 'Node' })) as readonly Node[];
  const requests = { cpu: String(Number(node!.status.allocatable.cpu) - 1) };
  const containers = [{ name: FILLER, image: 'registry.example.com/tools/filler:v1', resources: { requests } }];
  await shop.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: FILLER }, spec: { containers, terminationGracePeriodSeconds: 1 } });
  await eventually(async () => expect((await shop.get('Pod', FILLER))['spec']).toMatchObject({ nodeName: node!.metadata.name }), {
    timeoutMs: 60_000,
  });
}

/** v1 runs without requests; the pod of the canary requests more processors than are free. */
async function waitingForRoom(shop: Story, cpu: string): Promise<string> {
  const id = await shop.deploy('v2', wanting(cpu));
  await eventually(
    async () => expect((await shop.events(id)).find(isBlocked)).toMatchObject({
      type: 'WorkloadBlocked',
      data: { track: 'canary', cause: 'Unschedulable', detail: NO_CPU, ready: 0, desired: 2 },
    }),
    { timeoutMs: 60_000 },
  );
  const text = `pods can't be scheduled: ${NO_CPU}; add a node, free one, or lower the pods' requests`;
  expect(await shop.look(id)).toMatchObject({ status: 'releasing', blocked: { cause: 'Unschedulable', text } });
  return id;
}

/** A release whose canary fits on no node waits, says why, and continues once a pod of another client has made room. */
export async function nodeGetsRoom(shop: Story): Promise<void> {
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  await fillNode(shop);
  const id = await waitingForRoom(shop, WANTED);
  await shop.cluster.delete(shop.ref('Pod', FILLER), {});
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted', blocked: null });
  expect((await shop.events(id)).filter(isBlocked).map(({ type }) => type)).toEqual(['WorkloadBlocked', 'WorkloadUnblocked']);
  await shop.onlyRuns('v2');
}

/** A release whose canary fits on no node until its deadline is rolled back with that reason; stable is not touched. */
export async function nodeStaysFull(shop: Story): Promise<void> {
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const before = await stableOf(shop);
  const id = await waitingForRoom(shop, '1000');
  const text = expect.stringMatching(
    /^0 of 2 canary pods ready, no progress of scaleCanary for \d+ s; pods can't be scheduled: 0\/1 nodes are available: 1 Insufficient cpu\. \(since .*\): add a node/,
  );
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'unschedulable', text } });
  await shop.onlyRuns('v1');
  expect(await stableOf(shop)).toEqual(before);
}

/** The content of the Deployment, and its pods. */
async function stableOf(shop: Story): Promise<unknown> {
  const { metadata: { uid }, spec } = await shop.get<KubeObject & { readonly spec: unknown }>('Deployment');
  return { uid, spec, pods: (await shop.pods()).map((pod) => pod.uid).sort() };
}
