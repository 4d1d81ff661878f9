import { eventually } from '../support/eventually';
import { heldPolicy, withStories } from '../support/stories';
import type { Story } from '../support/story';
import { configMap, deployment } from '../support/workload';

// A deadline long enough for a busy machine also where no release must become stuck.
const DEADLINE = 15;
const policy = { ...heldPolicy, progressDeadline: DEADLINE };
const judged = { ...policy, stages: [{ weight: 50, duration: 2, deadline: 60 }], analysis: { minRequests: 10 } };
const { story } = withStories({ rollout: policy, canary: policy, bad: judged });

/**
 * Pods that read their behaviour from an object outside of the release: a change to it changes the next pod of this
 * version.
 */
const moody = {
  deployment: deployment({
    container: { env: [{ name: 'PLAYGROUND_BEHAVIOR', valueFrom: { configMapKeyRef: { name: 'mood', key: 'behaviour' } } }] },
  }),
};

/** Makes v1 stable but unable to start again, and v2 a canary with half of the pods: a rollback cannot finish. */
async function withImpossibleRollback(shop: Story): Promise<string> {
  await shop.create(configMap('mood', { behaviour: 'good' }));
  expect(await shop.release('v1', moody)).toMatchObject({ status: 'promoted' });
  const id = await shop.deploy('v2');
  await shop.reaches(id, 'analyse');
  await shop.cluster.patch(shop.ref('ConfigMap', 'mood'), 'merge', { data: { behaviour: 'slow' } }, 'a-person');
  await shop.abort(id);
  return id;
}

async function expectStuckAndRepaired(shop: Story, strategy: 'rollout' | 'auto'): Promise<void> {
  const id = await withImpossibleRollback(shop);
  const stuck = await shop.ended(id);
  expect(stuck).toMatchObject({ status: 'stuck', reason: { code: 'rollback_deadline', evidence: { rollback: 'aborted' } } });
  const events = await shop.events(id);
  const [decided, ended] = ['RollbackDecided', 'ReleaseStuck'].map((type) =>
    Date.parse(events.find((event) => event.type === type)!.occurredAt),
  ) as [number, number];
  expect(ended - decided).toBeGreaterThanOrEqual(DEADLINE * 1_000);
  // Every request is answered meanwhile: the pods that were ready still are.
  expect((await shop.pods()).filter(({ ready }) => ready).length).toBeGreaterThanOrEqual(2);

  const repaired = await shop.waved(await shop.deploy('v3', { strategy }));
  expect(repaired).toMatchObject({ status: 'promoted', strategy: strategy === 'auto' ? 'canary' : 'rollout', stable: { imageTag: 'v1' } });
  await shop.onlyRuns('v3');
  expect(await shop.look(id)).toEqual(stuck);
}

describe('a rollback that cannot finish', () => {
  it('is stuck after its deadline and frees the slot for the release that repairs it, a rollout or a canary', async () => {
    await Promise.all([expectStuckAndRepaired(story('rollout'), 'rollout'), expectStuckAndRepaired(story('canary'), 'auto')]);
  });
});

describe('a stuck release whose canary is bad', () => {
  it('first sends all traffic to the ready stable pods, and is rolled back automatically once that is possible', async () => {
    const shop = story('bad');
    await shop.create(configMap('mood', { behaviour: 'good' }));
    expect(await shop.release('v1', moody)).toMatchObject({ status: 'promoted' });
    await shop.cluster.patch(shop.ref('ConfigMap', 'mood'), 'merge', { data: { behaviour: 'slow' } }, 'a-person');
    const id = await shop.deploy('v2-errors');
    expect(await shop.ended(id)).toMatchObject({
      status: 'stuck',
      reason: { code: 'rollback_deadline', evidence: { rollback: 'error_rate' } },
    });
    await eventually(async () => expect((await shop.pods()).filter(({ ready }) => ready).map(({ tag }) => tag)).toEqual(['v1']), {
      timeoutMs: 60_000,
    });
    expect(await shop.look(id)).toMatchObject({ status: 'stuck' });
    await shop.cluster.patch(shop.ref('ConfigMap', 'mood'), 'merge', { data: { behaviour: 'good' } }, 'a-person');
    await Promise.all((await shop.pods()).filter(({ ready }) => !ready).map(({ name }) => shop.cluster.delete(shop.ref('Pod', name), {})));
    expect(await shop.until(id, ({ status }) => status === 'rolledBack')).toMatchObject({ reason: { code: 'error_rate' } });
    await shop.onlyRuns('v1');
    expect(
      (await shop.events(id))
        .filter(({ family }) => family === 'decision')
        .map(({ type }) => type)
        .slice(-3),
    ).toEqual(['RollbackDecided', 'ReleaseStuck', 'ReleaseRolledBack']);
  });
});
