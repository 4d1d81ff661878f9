import type { Plan } from '@alloy/release';
import { exampleOf } from '../support/example';
import { withStories } from '../support/stories';

const limits = { progressDeadline: 60, analysis: { minRequests: 25 } };
/** The steps of the guide. */
const { steps } = exampleOf<'steps'>('canary-steps');
const { story } = withStories({
  guide: { ...limits, steps },
  steps: { ...limits, steps: [{ setWeight: 50 }, { pause: {} }, { analysis: { duration: 2, deadline: 60 } }, { pause: { duration: 1 } }] },
  leak: { ...limits, steps: [{ setWeight: 50 }, { pause: {} }] },
  preset: { ...limits, strategy: 'Canary50Percent1Minutes' },
});

const kindsOf = ({ steps }: Pick<Plan, 'steps'>): readonly string[] => steps.map(({ kind }) => kind);

it('a canary by steps pauses until a user promotes it, is then analysed, and is promoted', async () => {
  const shop = story('steps');
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted', strategy: 'rollout' });
  const id = await shop.deploy('v2');
  const paused = await shop.reaches(id, 'pause');
  expect(kindsOf(paused.plan!)).toEqual(['apply', 'scaleCanary', 'shiftTraffic', 'pause', 'analyse', 'pause', 'promote', 'retire']);
  expect(paused).toMatchObject({
    status: 'releasing',
    weights: { asked: 50 },
    waiting: { code: 'pause', earliestOpen: null, waitsFor: 'a user with the scope operate' },
  });
  await shop.want(id, 'promote', { reason: 'looks good' });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted', waiting: null });
  const ends = (await shop.events(id)).flatMap(({ type, data }) =>
    type === 'StepCompleted' ? [(data as { readonly reason: { readonly code: string } }).reason.code] : []);
  expect(ends).toEqual([
    'step_done', 'step_done', 'step_done', 'promoted_by_person', 'verdict_passed', 'step_done', 'step_done', 'step_done',
  ]);
  await shop.onlyRuns('v2');
});

it('a canary whose pods are killed during a pause is rolled back without a user', async () => {
  const shop = story('leak');
  await shop.release('v1');
  const id = await shop.deploy('v2-leak');
  await shop.reaches(id, 'pause');
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'out_of_memory' } });
  const types = (await shop.events(id)).map(({ type, data }) =>
    type === 'StepStarted' ? (data as { readonly spec: { readonly kind: string } }).spec.kind : type);
  expect(types.slice(types.indexOf('pause'))).toEqual(expect.arrayContaining(['WorkloadDegraded', 'RollbackDecided']));
  await shop.onlyRuns('v1');
});

it('a release that requests no strategy follows the preset of the policy', async () => {
  const shop = story('preset');
  await shop.release('v1');
  const id = await shop.deploy('v2');
  const analysed = await shop.reaches(id, 'analyse');
  expect(analysed.plan).toMatchObject({ strategy: 'canary' });
  expect(analysed.plan!.steps.find(({ kind }) => kind === 'analyse')).toMatchObject({ weight: 50, duration: 60 });
  await shop.want(id, 'promote');
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
});

it('the steps of the guide wait for a user at each pause, and a user may end each analysis', async () => {
  const shop = story('guide');
  await shop.release('v1');
  const id = await shop.deploy('v2');
  const { plan } = await shop.reaches(id, 'pause');
  const held = plan!.steps.flatMap(({ kind }, index) => (kind === 'pause' || kind === 'analyse' ? [index] : []));
  expect(held).toHaveLength(4);
  for (const index of held) {
    await shop.until(id, ({ step }) => step?.index === index);
    await shop.want(id, 'promote');
  }
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2');
});
