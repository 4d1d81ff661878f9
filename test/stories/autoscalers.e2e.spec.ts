import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { KubeObject } from '@alloy/contracts';
import type { PlannedPolicy } from '@alloy/release';
import { eventually } from '../support/eventually';
import { heldPolicy, withStories } from '../support/stories';
import type { Story } from '../support/story';
import { deployment, service } from '../support/workload';

/** A file of the guide on autoscalers. */
function read(file: string): unknown {
  return load(readFileSync(join(__dirname, '..', '..', 'examples', 'autoscaler', file), 'utf8'));
}

// Each stage lasts until the test has scaled the workload out and in.
const { spec: { environments: { production: example } } } = read('project.yaml') as {
  readonly spec: { readonly environments: { readonly production: Pick<PlannedPolicy, 'stages' | 'traffic'> } };
};
const policy = { ...heldPolicy, stages: example.stages.map(({ weight }) => ({ weight, duration: 3_600 })) };
const { story, observed } = withStories({ weighted: { ...policy, traffic: { ...example.traffic!, drainSeconds: 1 } }, ratio: policy });

/** Two requests per second and pod are the target: half of what the pod requests. */
const pods = deployment({
  replicas: null, container: { resources: { requests: { cpu: '400m' } }, env: [{ name: 'PLAYGROUND_CPU', value: '100m' }] },
});
/** Without requests: the test sets their number. */
const web: KubeObject = { ...service(), metadata: { name: 'web' } };
const LOW = 3;
const HIGH = 18;
/** So many that the maximum is not enough for both tracks together: within the tolerance 7 would do as well as 8. */
const HIGHEST = 36;

/** That of the guide, without its windows, so that it scales at once. */
function autoscaler(): KubeObject {
  const made = read('autoscaler.yaml') as KubeObject & { readonly spec: object };
  const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 10, periodSeconds: 1 }] }, scaleDown: { stabilizationWindowSeconds: 0 } };
  return { ...made, spec: { ...made.spec, behavior } };
}
const route: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web' },
  spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
};

const deploy = (shop: Story, tag: string) => shop.deploy(tag, { deployment: pods, service: web });

async function send(shop: Story, rps: number): Promise<void> {
  const annotations = { 'playground.alloy.dev/traffic-rps': String(rps) };
  await shop.cluster.patch(shop.ref('Service', 'web'), 'merge', { metadata: { annotations } }, 'a-user');
}

/** Waits for the ready pods of stable and of the canary. */
async function expectPods(shop: Story, stable: number, canary: number): Promise<void> {
  await eventually(async () => {
    const tracks = (await shop.pods()).filter(({ ready }) => ready).map(({ track }) => track);
    expect({ stable: tracks.filter((track) => track !== 'canary').length, canary: tracks.filter((track) => track === 'canary').length })
      .toEqual({ stable, canary });
  }, { timeoutMs: 60_000 });
}

async function withStable(shop: Story, rps: number, replicas: number): Promise<void> {
  expect(await shop.ended(await deploy(shop, 'v1'))).toMatchObject({ status: 'promoted' });
  await send(shop, rps);
  await shop.create(autoscaler(), 'a-user');
  await expectPods(shop, replicas, 0);
}

/** Waits for the next stage. */
async function nextStage(shop: Story, id: string, weight: number): Promise<void> {
  await shop.until(id, ({ step, weights }) => step?.kind === 'analyse' && weights?.asked === weight);
}

const resizings = async (shop: Story, id: string): Promise<readonly unknown[]> =>
  (await shop.events(id)).filter(({ type }) => type === 'CanaryResized').map(({ data }) => (data as { readonly split: unknown }).split);

describe('an autoscaler that scales the workload to its maximum and its minimum during each stage', () => {
  it('sizes the canary with the weight of a route, never counts it, and keeps its replicas at the promotion', async () => {
    const shop = story('weighted');
    await shop.create(route);
    await withStable(shop, LOW, 2);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      // The whole needs 9 pods, of which the autoscaler allows 8; stable is scaled for its share.
      for (const [weight, stable, many, few] of [[25, 7, 2, 1], [50, 5, 4, 2], [75, 3, 6, 6]] as const) {
        await nextStage(shop, id, weight);
        await send(shop, HIGH);
        await expectPods(shop, stable, many);
        if (weight === 75) break;
        await send(shop, LOW);
        await expectPods(shop, 2, few);
        await shop.want(id, 'promote', { full: false });
      }
      // Its plan has 2, and stable 3 for its quarter of the traffic.
      await shop.want(id, 'promote', { full: true });
      expect(await shop.ended(id)).toMatchObject({ status: 'promoted', plan: { replicas: 2, autoscaler: { measures: 'stablePods' } } });
      await shop.onlyRuns('v2', 8);
      expect(await resizings(shop, id)).toContainEqual({ canary: 6, stable: 3 });
      const events = await shop.events(id);
      expect(events.filter(({ type }) => type === 'WorkloadDrifted')).toEqual([]);
    });
  });

  it('counts the canary by pod ratio, which follows it downwards, and keeps its replicas at a rollback', async () => {
    const shop = story('ratio');
    await withStable(shop, HIGHEST, 8);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      for (const [weight, few, many] of [[25, 1, 2], [50, 1, 4], [75, 2, 6]] as const) {
        await nextStage(shop, id, weight);
        await expectPods(shop, 8, many);
        await send(shop, LOW);
        await expectPods(shop, 2, few);
        if (weight === 75) break;
        await send(shop, HIGHEST);
        await expectPods(shop, 8, many);
        await shop.want(id, 'promote', { full: false });
      }
      await shop.abort(id);
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', plan: { replicas: 8, autoscaler: { measures: 'allPods' } } });
      await shop.onlyRuns('v1', 2);
    });
  });
});
