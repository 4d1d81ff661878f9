import type { Plan } from '@alloy/release';
import { limitPods } from '../support/blocked';
import { exampleOf } from '../support/example';
import { withStories } from '../support/stories';
import type { Story, Version } from '../support/story';
import { deployment } from '../support/workload';

const limits = { progressDeadline: 60, analysis: { minRequests: 25 } };
/** The policy of the guide. */
const { strategy, rollout } = exampleOf<'strategy' | 'rollout'>('rollout-steps');
const half = { maxSurge: 1, steps: [{ setWeight: 50 }, { pause: {} }] };
const analysed = { maxSurge: 1, steps: [{ setWeight: 50 }, { analysis: { duration: 2, deadline: 60 } }] };
const { story, observed } = withStories({
  guide: { ...limits, strategy, rollout },
  judged: { ...limits, strategy, rollout: analysed },
  crash: { ...limits, strategy, rollout: half },
  leak: { ...limits, strategy, rollout: half },
  aborted: { ...limits, strategy, rollout: half },
  undone: { ...limits, strategy, rollout: half },
  full: { ...limits, strategy, rollout: { ...half, maxSurge: 0, maxUnavailable: 1 } },
  bounds: { ...limits, strategy, rollout: { maxSurge: '100%' } },
});

const five = (): Version => ({ deployment: deployment({ replicas: 5 }) });
const kindsOf = ({ steps }: Pick<Plan, 'steps'>): readonly string[] => steps.map(({ kind }) => kind);
/** Ready pods by their tag. */
async function split(shop: Story): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { tag, ready } of await shop.pods()) if (ready) counts[tag] = (counts[tag] ?? 0) + 1;
  return counts;
}
type Web = { readonly spec: Readonly<Record<string, unknown>> };
const boundsOf = async (shop: Story): Promise<unknown> => {
  const { spec } = (await shop.get('Deployment')) as unknown as Web;
  return [spec['minReadySeconds'], spec['progressDeadlineSeconds'], spec['strategy']];
};

it('the rollout of the guide stops at its weights within one Deployment, and restores its manifest', async () => {
  const shop = story('guide');
  expect(await shop.release('v1', five())).toMatchObject({ status: 'promoted', strategy: 'rollout' });
  const before = await boundsOf(shop);
  await observed(shop, async () => {
    const id = await shop.deploy('v2', five());
    const paused = await shop.reaches(id, 'pause');
    expect(kindsOf(paused.plan!)).toEqual([
      'apply', 'setPartition', 'pause', 'setPartition', 'analyse', 'pause', 'promote', 'retire',
    ]);
    expect(paused).toMatchObject({ weights: { asked: 20, reached: 16.7 }, waiting: { code: 'pause' } });
    expect([await split(shop), await shop.names('Deployment')]).toEqual([{ v1: 5, v2: 1 }, ['web']]);
    await shop.want(id, 'resume');
    await shop.reaches(id, 'analyse');
    expect(await split(shop)).toEqual({ v1: 3, v2: 3 });
    await shop.want(id, 'promote');
    await shop.until(id, ({ step }) => step?.index === 5);
    await shop.want(id, 'promote');
    expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v2', 5);
  });
  expect(await boundsOf(shop)).toEqual(before);
});

it('an analysis compares the new pods with the old ones of the same Deployment', async () => {
  const shop = story('judged');
  await shop.release('v1', five());
  const good = await shop.release('v2', five());
  expect(good).toMatchObject({ status: 'promoted', verdicts: [{ verdict: 'pass', code: 'within_limits' }] });
  const { baselineRequests, canaryRequests } = good.verdicts[0]!.numbers;
  expect(Math.min(Number(baselineRequests), Number(canaryRequests))).toBeGreaterThan(0);
  expect(await shop.release('v3-errors-20', five())).toMatchObject({
    status: 'rolledBack', reason: { code: 'error_rate' }, verdicts: [{ verdict: 'fail' }],
  });
  await shop.onlyRuns('v2', 5);
});

it('new pods that crash are rolled back before more of them replace old ones', async () => {
  const shop = story('crash');
  await shop.release('v1', five());
  await observed(shop, async () => {
    expect(await shop.release('v2-crash', five())).toMatchObject({ status: 'rolledBack', reason: { code: 'crash_loop' } });
    await shop.onlyRuns('v1', 5);
  });
});

it('new pods that crash are rolled back in a namespace without room for one pod more', async () => {
  const shop = story('full');
  await shop.release('v1', five());
  await shop.onlyRuns('v1', 5);
  await limitPods(shop, 5);
  await observed(shop, async () => {
    expect(await shop.release('v2-crash', five())).toMatchObject({ status: 'rolledBack', reason: { code: 'crash_loop' } });
    await shop.onlyRuns('v1', 5);
  });
});

it('new pods that are killed during a pause are rolled back without a user', async () => {
  const shop = story('leak');
  await shop.release('v1', five());
  const id = await shop.deploy('v2-leak', five());
  await shop.reaches(id, 'pause');
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'out_of_memory' } });
  await shop.onlyRuns('v1', 5);
});

it('an abort in the middle goes back to the old template without a missing pod', async () => {
  const shop = story('aborted');
  await shop.release('v1', five());
  const before = await boundsOf(shop);
  await observed(shop, async () => {
    const id = await shop.deploy('v2', five());
    await shop.reaches(id, 'pause');
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
    await shop.onlyRuns('v1', 5);
  });
  expect(await boundsOf(shop)).toEqual(before);
});

it('a template of another client in the middle is recorded, and the next step restores the one that is released', async () => {
  const shop = story('undone');
  await shop.release('v1', five());
  const id = await shop.deploy('v2', five());
  await shop.reaches(id, 'pause');
  const spec = { template: { spec: { containers: [{ name: 'web', image: 'registry.example.com/shop/web:v9' }] } } };
  await shop.cluster.patch(shop.ref('Deployment', 'web'), 'strategic', { spec }, 'kubectl-set');
  await shop.until(id, ({ status }) => status === 'releasing');
  await shop.want(id, 'promote');
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2', 5);
});

it('the bounds of the policy replace those of the manifest during the release', async () => {
  const shop = story('bounds');
  await shop.release('v1', five());
  const id = await shop.deploy('v2-slow', five());
  await shop.reaches(id, 'promote');
  await shop.until(id, () => true);
  const { plan } = await shop.look(id);
  expect(plan!.steps.find(({ kind }) => kind === 'promote')).toMatchObject({ rollingUpdate: { maxSurge: '100%' } });
  await shop.abort(id);
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
  await shop.onlyRuns('v1', 5);
});
