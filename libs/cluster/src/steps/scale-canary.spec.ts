import { at, bundleOf, planOf, type Scenario } from '../testing/fixtures';
import { second, withStable } from '../testing/scenarios';

/** Scales a canary to six pods; returns the greatest number of pods that were requested and not ready. */
async function scaled(maxSurge: number | string | undefined) {
  const rig = await withStable(10);
  const scenario: Scenario = { ...second(10), policy: { steps: [{ setWeight: 50 }], canary: { maxSurge } } };
  const index = planOf(scenario).steps.findIndex(({ kind }) => kind === 'scaleCanary');
  await rig.finish(at(scenario, 0, 2), bundleOf('v2'), bundleOf('v1'));
  let [most, size] = [0, 0];
  rig.onWrite = (write) => {
    if (write.verb !== 'scale') return;
    size = write.replicas;
    most = Math.max(most, size - rig.cluster.readyPods('web-canary'));
  };
  const { last } = await rig.finish(at(scenario, index, 3), bundleOf('v2'), bundleOf('v1'));
  return { last: last.kind, most, size };
}

it.each<[number | string | undefined, number]>([[4, 4], ['15%', 2], ['1%', 1], [20, 6], [undefined, 6]])(
  'with a maxSurge of %s at most %d pods of the canary start at the same time, and the step ends with all',
  async (maxSurge, most) => expect(await scaled(maxSurge)).toEqual({ last: 'done', most, size: 6 }),
);
