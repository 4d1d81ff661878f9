import type { KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { eventually } from '../support/eventually';
import { heal, HEALING_TOOL } from '../support/healing-tool';
import { shortPolicy, withStories } from '../support/stories';
import type { Story } from '../support/story';
import { deployment, service } from '../support/workload';

const traffic = { router: 'gatewayApi', drainSeconds: 1 } as const;
const stages = [{ weight: 50, duration: 3, deadline: 60 }];
const weighted = { ...shortPolicy, stages, traffic };
/** Only the test ends its stage. */
const observing = { ...weighted, stages: [{ weight: 50, duration: 3_600 }] };
const switched = {
  progressDeadline: 60, analysis: { mode: 'health' as const, minRequests: 25 }, traffic: { router: 'podRatio', drainSeconds: 1 } as const,
  strategy: 'blueGreen' as const, blueGreen: { scaleDownDelaySeconds: 3_600 },
};

const { story, observed } = withStories({
  once: weighted, fought: observing, deleted: observing, held: { ...observing, onTrafficDrift: 'hold' }, switched,
});

const route: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop' },
  spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
};
interface Rule {
  readonly backendRefs: ReadonlyArray<{ readonly name: string; readonly weight: number }>;
}

const refOf = (shop: Story) => ({ apiVersion: route.apiVersion, kind: route.kind, namespace: shop.project, name: 'shop' });
const inGit = (shop: Story): KubeObject => ({ ...route, metadata: { name: 'shop', namespace: shop.project } });
async function weightsOf(shop: Story): Promise<readonly string[]> {
  const found = await shop.cluster.get(refOf(shop));
  const { rules } = found!['spec'] as { readonly rules: readonly Rule[] };
  return rules.flatMap(({ backendRefs }) => backendRefs.map(({ name, weight }) => `${name} ${weight}`));
}
const deploy = (shop: Story, tag: string) => shop.deploy(tag, { deployment: deployment({ replicas: 3 }), service: service(200) });

async function withStable(shop: Story): Promise<void> {
  await shop.create(route);
  expect(await shop.ended(await deploy(shop, 'v1'))).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1', 3);
}

async function found<T extends 'TrafficDrifted' | 'ShiftRepeated'>(shop: Story, id: string, type: T): Promise<ReadonlyArray<Payloads[T]>> {
  return (await shop.events(id)).filter((event) => event.type === type).map(({ data }) => data as Payloads[T]);
}

describe('a route that another client changes while the canary is observed', () => {
  it('once gets its weights again, and the analysis starts again before the release is promoted', async () => {
    const shop = story('once');
    await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'analyse');
      await shop.cluster.apply(inGit(shop), { manager: HEALING_TOOL, force: true });
      expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
      expect(await found(shop, id, 'TrafficDrifted')).toMatchObject([
        { object: { kind: 'HTTPRoute', name: 'shop' }, cause: 'rewritten', manager: HEALING_TOOL, found: '0 % for web-canary' },
      ]);
      expect(await found(shop, id, 'ShiftRepeated')).toHaveLength(1);
      const steps = (await shop.events(id)).filter(({ type }) => type === 'StepStarted')
        .map(({ data }) => data as Payloads['StepStarted']).map(({ spec, attempt }) => `${spec.kind} ${attempt}`);
      expect(steps.slice(2, 6)).toEqual(['shiftTraffic 1', 'analyse 1', 'shiftTraffic 2', 'analyse 2']);
      await shop.onlyRuns('v2', 3);
    });
  });

  it('every two seconds is restored three times, and then the release is rolled back with the name of the client', async () => {
    const shop = story('fought');
    await withStable(shop);
    await observed(shop, async () => {
      const id = await deploy(shop, 'v2');
      await shop.reaches(id, 'analyse');
      const stop = heal(shop, inGit(shop));
      try {
        const { status, reason } = await shop.ended(id);
        expect([status, reason?.code]).toEqual(['rolledBack', 'traffic_drifted']);
        expect(reason?.text).toContain(`HTTPRoute shop was changed by ${HEALING_TOOL}`);
        expect(reason?.text).toContain('although Alloy has set the traffic again 3 times');
        expect(reason?.text).toContain(`let ${HEALING_TOOL} ignore spec.rules of HTTPRoute shop`);
      } finally {
        await stop();
      }
      expect(await found(shop, id, 'TrafficDrifted')).toHaveLength(4);
      expect(await weightsOf(shop)).toEqual(['web 1']);
      await shop.onlyRuns('v1', 3);
    });
  });

  it('and deletes leaves nothing to restore, so the release is rolled back at once', async () => {
    const shop = story('deleted');
    await withStable(shop);
    const id = await deploy(shop, 'v2');
    await shop.reaches(id, 'analyse');
    await shop.cluster.delete(refOf(shop), {});
    const { status, reason } = await shop.ended(id);
    expect([status, reason?.code]).toEqual(['rolledBack', 'traffic_drifted']);
    expect(reason?.text).toContain('another client deleted HTTPRoute shop');
    expect(await found(shop, id, 'ShiftRepeated')).toEqual([]);
    await shop.onlyRuns('v1', 3);
  });

  it('holds the release by policy until a user decides', async () => {
    const shop = story('held');
    await withStable(shop);
    const id = await deploy(shop, 'v2');
    await shop.reaches(id, 'analyse');
    await shop.cluster.apply(inGit(shop), { manager: HEALING_TOOL, force: true });
    await shop.until(id, ({ status }) => status === 'held');
    expect(await weightsOf(shop)).toEqual(['web 1']);
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
    await shop.onlyRuns('v1', 3);
  });
});

it('a Service whose selector another client restores after the switch is switched again', async () => {
  const shop = story('switched');
  expect(await shop.ended(await deploy(shop, 'v1'))).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1', 3);
  await observed(shop, async () => {
    const id = await deploy(shop, 'v2');
    const selector = async () => ((await shop.get('Service'))['spec'] as { readonly selector: Readonly<Record<string, string>> }).selector;
    await shop.until(id, ({ step }) => step?.kind === 'pause' && step.index > 2);
    const switchedTo = await selector();
    await shop.cluster.patch(shop.ref('Service', 'web'), 'merge', { spec: { selector: { app: 'web' } } }, 'kubectl-edit');
    await eventually(async () => expect(await found(shop, id, 'ShiftRepeated')).toHaveLength(1), { timeoutMs: 20_000 });
    await eventually(async () => expect(await selector()).toEqual(switchedTo), { timeoutMs: 20_000 });
    expect(await found(shop, id, 'TrafficDrifted')).toMatchObject([
      { object: { kind: 'Service', name: 'web' }, manager: 'kubectl-edit', found: 'the selector app=web' },
    ]);
    await shop.until(id, ({ step }) => step?.kind === 'pause');
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
    await shop.onlyRuns('v1', 3);
  });
});
