import { heldPolicy, shortPolicy } from '../../support/stories';
import { deployment } from '../../support/workload';
import { controlPlane, needsPods } from '../support/control-plane';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const stages = [17, 50, 83].map((weight) => ({ weight, duration: 1, deadline: 60 }));
/** Bad versions, and the expected reason of each rollback. */
const bad = {
  errors: { tag: 'v2-errors', reason: { code: 'error_rate' } },
  crash: { tag: 'v2-crash', reason: { code: 'crash_loop', text: expect.stringContaining('CrashLoopBackOff') } },
  slow: { tag: 'v2-slow', reason: { code: 'progress_deadline' } },
  nopull: { tag: 'v2-nopull', reason: { code: 'image_pull', text: expect.stringContaining('ImagePullBackOff') } },
  leak: { tag: 'v2-leak', reason: { code: 'out_of_memory', text: expect.stringContaining('OOMKilled') } },
} as const;
type Bad = keyof typeof bad;

// Long enough for pods to become ready on a busy machine.
const quick = { ...shortPolicy, progressDeadline: 25 };
const stage = withStage({
  good: { ...shortPolicy, stages, analysis: { minRequests: 5 } },
  first: shortPolicy,
  errors: shortPolicy,
  crash: shortPolicy,
  slow: quick,
  nopull: shortPolicy,
  leak: heldPolicy,
  late: shortPolicy,
});

async function good(): Promise<void> {
  const { shop } = stage().play('good');
  const five = { deployment: deployment({ replicas: 5 }) };
  expect(await shop.release('v1', five)).toMatchObject({ status: 'promoted', strategy: 'rollout', plan: { replicas: 5 } });
  const second = await shop.release('v2', five);
  expect(second).toMatchObject({ status: 'promoted', strategy: 'canary' });
  expect(await shop.splits(second.id)).toEqual([
    { canary: 1, stable: 5 },
    { canary: 3, stable: 3 },
    { canary: 5, stable: 1 },
  ]);
  await shop.onlyRuns('v2', 5);
  await stage().prove('good');
}

async function badFirst(): Promise<void> {
  const { shop } = stage().play('first');
  expect(await shop.release('v1-crash')).toMatchObject({ status: 'failed', reason: { code: 'crash_loop' } });
  expect(await shop.release('v2')).toMatchObject({ status: 'promoted', strategy: 'rollout' });
  await shop.onlyRuns('v2');
  await stage().prove('first');
}

const badLater = (name: Bad) => async (): Promise<void> => {
  const { shop } = stage().play(name);
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const { tag, reason } = bad[name];
  expect(await shop.release(tag)).toMatchObject({ status: 'rolledBack', strategy: 'canary', reason });
  await shop.onlyRuns('v1');
  await stage().prove(name);
};

async function late(): Promise<void> {
  const { shop } = stage().play('late');
  expect(await shop.release('v1-crash-2')).toMatchObject({ status: 'promoted', strategy: 'rollout' });
  expect(await shop.release('v2-crash-2')).toMatchObject({ status: 'promoted', strategy: 'canary' });
  await shop.onlyRuns('v2-crash-2');
  await stage().prove('late');
}

needsPods('on a real API server', () => {
  sideBySide({
    'a first release is a rollout, and the next release is a canary that is promoted stage by stage': good,
    'a first release that crashes fails, and the next release is promoted': badFirst,
    'versions whose pods restart until their database is there are promoted': late,
    ...Object.fromEntries(
      (Object.keys(bad) as Bad[]).map((name) => [
        `a canary with the tag ${bad[name].tag} is rolled back, and the reason contains the observation`,
        badLater(name),
      ]),
    ),
  });

  it('users get errors only from a canary that responds with errors', async () => {
    const { services } = await controlPlane().takeTraffic();
    const counted = (project: string, track: string) =>
      services.filter((count) => count.service.startsWith(`${project}/`) && count.track === track);
    const { project } = stage().play('good').shop;
    expect(counted(project, 'stable').reduce((total, { requests }) => total + requests, 0)).toBeGreaterThan(0);
    expect([...counted(project, 'stable'), ...counted(project, 'canary')].filter(({ failed }) => failed > 0)).toEqual([]);
    const errors = stage().play('errors').shop.project;
    expect(counted(errors, 'stable').filter(({ failed }) => failed > 0)).toEqual([]);
    expect(counted(errors, 'canary').some(({ failed }) => failed > 0)).toBe(true);
  });
});
