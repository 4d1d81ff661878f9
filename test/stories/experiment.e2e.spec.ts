import type { Payloads, Step } from '@alloy/release';
import { limitPods } from '../support/blocked';
import { exampleOf } from '../support/example';
import { withStories } from '../support/stories';

/** The steps of the guide. */
const { steps } = exampleOf<'steps'>('experiment');
const limits = { progressDeadline: 60, analysis: { minRequests: 25 } };
const short = { ...limits, steps: [{ setWeight: 50 }, { experiment: { duration: 2, deadline: 60 } }] };
/** An experiment that only the test ends. */
const long = { ...limits, steps: [{ setWeight: 50 }, { experiment: { duration: 3_600 } }] };
const { story, observed } = withStories({
  guide: { ...limits, steps },
  good: short,
  worse: short,
  held: { ...short, onFail: 'hold' },
  aborted: long,
  killed: { ...limits, steps: [{ setWeight: 50 }, { experiment: { duration: 10, deadline: 60 } }] },
  full: { ...short, progressDeadline: 15 },
});
type Shop = ReturnType<typeof story>;

const kindsOf = (steps: readonly Step[]): readonly string[] => steps.map(({ kind }) => kind);
const tagsOf = async (shop: Shop, track: string): Promise<readonly string[]> =>
  (await shop.pods()).flatMap((pod) => (pod.track === track && pod.ready ? [pod.tag] : []));
const baselineOf = (shop: Shop) => tagsOf(shop, 'baseline');

/** v1 runs, and v2 is in its experiment. */
async function inExperiment(shop: Shop, tag = 'v2'): Promise<string> {
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  const id = await shop.deploy(tag);
  await shop.reaches(id, 'analyse');
  return id;
}

it('a good canary is compared with as many new pods of the stable version, which are removed, and is promoted', async () => {
  const shop = story('good');
  await observed(shop, async () => {
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    const id = await shop.deploy('v2');
    const { status, plan, verdicts } = await shop.ended(id);
    expect([status, kindsOf(plan!.steps)]).toEqual([
      'promoted', ['apply', 'scaleCanary', 'shiftTraffic', 'scaleBaseline', 'analyse', 'scaleBaseline', 'promote', 'retire'],
    ]);
    const { canaryRequests, baselineRequests } = verdicts.at(-1)!.numbers as Record<string, number>;
    expect(canaryRequests).toBeGreaterThanOrEqual(25);
    expect(baselineRequests).toBeGreaterThanOrEqual(25);
    const scaled = (await shop.events(id)).flatMap(({ type, data }) => {
      const { track, replicas } = data as Payloads['WorkloadScaled'];
      return type === 'WorkloadScaled' ? [`${track} ${replicas}`] : [];
    });
    expect(scaled).toEqual(['canary 2', 'baseline 2', 'baseline 0', 'stable 2']);
    await shop.onlyRuns('v2');
  });
});

it('a canary that is worse than the baseline is rolled back, and no baseline stays', async () => {
  const shop = story('worse');
  await observed(shop, async () => {
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    const { status, reason, verdicts } = await shop.release('v2-errors-20');
    expect([status, reason?.code, verdicts.at(-1)?.verdict]).toEqual(['rolledBack', 'error_rate', 'fail']);
    expect(verdicts.at(-1)!.numbers).toMatchObject({ baselineErrors: 0 });
    await shop.onlyRuns('v1');
  });
});

it('a failure that holds keeps the baseline, and an abort removes it', async () => {
  const shop = story('held');
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  const id = await shop.deploy('v2-errors-50');
  await shop.until(id, ({ status }) => status === 'held');
  expect(await baselineOf(shop)).toEqual(['v1', 'v1']);
  await shop.abort(id);
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
  await shop.onlyRuns('v1');
});

it('an abort in the middle of an experiment leaves only the stable version', async () => {
  const shop = story('aborted');
  await observed(shop, async () => {
    const id = await inExperiment(shop);
    expect([await baselineOf(shop), await tagsOf(shop, 'canary'), await tagsOf(shop, 'stable')]).toEqual([
      ['v1', 'v1'], ['v2', 'v2'], ['v1'],
    ]);
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
    await shop.onlyRuns('v1');
  });
});

it('a baseline whose pods are killed is no failure of the canary', async () => {
  const shop = story('killed');
  const id = await inExperiment(shop);
  const pods = (await shop.pods()).filter(({ track }) => track === 'baseline');
  expect(pods).toHaveLength(2);
  await Promise.all(pods.map(({ name }) => shop.cluster.delete(shop.ref('Pod', name), {})));
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  expect((await shop.events(id)).map(({ type }) => type)).not.toContain('WorkloadDegraded');
  await shop.onlyRuns('v2');
});

it('a baseline that finds no place ends the release at the deadline of its step, with its name', async () => {
  const shop = story('full');
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  // Both pods of the canary start before a pod of stable goes.
  await limitPods(shop, 4);
  expect(await shop.release('v2')).toMatchObject({
    status: 'rolledBack', reason: { code: 'progress_deadline', text: expect.stringContaining('Deployment web-baseline') },
  });
  await shop.onlyRuns('v1');
});

it('the steps of the guide become an experiment, and a user who promotes in spite of it leaves no baseline', async () => {
  const shop = story('guide');
  const id = await inExperiment(shop);
  const { plan } = await shop.look(id);
  expect(kindsOf(plan!.steps)).toEqual([
    'apply', 'scaleCanary', 'shiftTraffic', 'scaleBaseline', 'analyse', 'scaleBaseline', 'scaleCanary', 'shiftTraffic', 'analyse',
    'promote', 'retire',
  ]);
  expect(plan!.steps[4]).toMatchObject({ baseline: true, duration: 300, deadline: 600, minRequests: 200, weight: 20 });
  await shop.want(id, 'promote', { full: true, reason: 'we know enough' });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2');
});
