import * as fc from 'fast-check';
import { isReady } from './pods';
import { describeWrite } from './perform';
import { at, bundleOf, planOf, rollingBack, type Scenario } from './testing/fixtures';
import type { ReadyPods, Rig } from './testing/rig';
import { second, shareOf, upTo, withExperiment, withStable } from './testing/scenarios';
import { writesOf, type Write } from './write';

const deployments = ['web', 'web-canary', 'web-baseline'] as const;
const allOf = ({ total, baseline = 0 }: ReadyPods): number => total + baseline;

describe('nextWrite with random orders of events', () => {
  const move = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), backwards: fc.boolean(), most: fc.constantFrom(1, 2, 4) }) },
    { weight: 1, arbitrary: fc.constant({ do: 'hold' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'late' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'read' as const }) },
    { weight: 2, arbitrary: fc.constant({ do: 'writeCached' as const }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('reconcile' as const), of: fc.constantFrom(...deployments) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('ready' as const), pod: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), pod: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.constant({ do: 'killBaseline' as const }) },
    { weight: 3, arbitrary: fc.constant({ do: 'next' as const }) },
  );
  const run = fc.record({
    replicas: fc.integer({ min: 1, max: 6 }),
    moves: fc.array(move, { maxLength: 120 }),
    ends: fc.constantFrom('promote' as const, 'rollback' as const),
    healthy: fc.boolean(),
    haste: fc.integer({ min: 1, max: 8 }),
    start: fc.nat(11),
    scenarioOf: fc.constantFrom(second, withExperiment),
  });

  it('never has fewer ready pods than it promises, and always finishes', async () => {
    await fc.assert(
      fc.asyncProperty(run, async ({ replicas, moves, ends, healthy, haste, start, scenarioOf }) => {
        const rig = await withStable(replicas);
        const scenario = scenarioOf(replicas);
        const { steps } = planOf(scenario);
        let index = healthy ? Math.min(start, steps.length - 1) : 0;
        await upTo(rig, replicas, index, scenario);
        let held: Write | undefined;
        let earlier = await rig.readLive(bundleOf('v2'), bundleOf('v1'));
        const state = () => at(scenario, index, 2 + index);
        const isDone = async (): Promise<boolean> =>
          steps[index]!.kind === 'analyse' || (await rig.ask(state(), bundleOf('v2'), bundleOf('v1'))).kind === 'done';
        rig.onWrite = (write, before, after) => {
          expect([describeWrite(write), after.total >= Math.min(before.total, replicas)]).toEqual([describeWrite(write), true]);
          expect([describeWrite(write), allOf(after) >= Math.min(allOf(before), replicas)]).toEqual([describeWrite(write), true]);
          expect([describeWrite(write), after.web >= Math.min(before.web, Math.ceil(replicas * rig.stableShare))]).toEqual([
            describeWrite(write),
            true,
          ]);
        };
        for (const one of moves) {
          const step = steps[index]!;
          if (step.kind === 'shiftTraffic') rig.stableShare = shareOf(step.split);
          const pods = rig.cluster.all('Pod');
          if (one.do === 'reconcile') rig.cluster.reconcile(one.of);
          if (one.do === 'killBaseline') rig.cluster.removeDeployment('web-baseline');
          if (one.do === 'ready' && pods.length > 0)
            rig.cluster.setReady(
              pods[one.pod % pods.length]!,
              healthy || pods[one.pod % pods.length]!.metadata.labels?.['alloy.dev/release'] === 'R1',
            );
          if (one.do === 'crash' && pods.length > 0) rig.cluster.setReady(pods[one.pod % pods.length]!, false);
          if (one.do === 'late' && held) [held] = [void (await rig.perform(held))];
          if (
            one.do === 'next' &&
            index < steps.length - 1 &&
            (await isDone()) &&
            (steps[index]!.kind !== 'scaleCanary' || rig.cluster.readyPods('web-canary') > 0)
          )
            index += 1;
          if (one.do === 'read') earlier = await rig.readLive(bundleOf('v2'), bundleOf('v1'));
          if (one.do === 'writeCached' && steps[index]!.kind !== 'analyse') {
            const [write, before] = [rig.askCached(state(), bundleOf('v2'), bundleOf('v1'), earlier), rig.readyPods()];
            if (write) await rig.perform(write);
            // Independent of the age of the earlier read.
            expect(rig.readyPods()).toEqual(before);
          }
          if ((one.do !== 'write' && one.do !== 'hold') || steps[index]!.kind === 'analyse') continue;
          const next = await rig.ask(state(), bundleOf('v2'), bundleOf('v1'));
          if (next.kind === 'write' && one.do === 'hold') held = next.write;
          else if (next.kind === 'write' && one.do === 'write') {
            // Fewer than all: the executor was killed in the middle of the batch.
            const batch = one.backwards ? writesOf(next).toReversed() : writesOf(next);
            for (const write of batch.slice(0, one.most)) await rig.perform(write);
          }
        }
        await finish(rig, scenario, index, ends === 'promote' && healthy, haste);
      }),
      { numRuns: 150 },
    );
  });

  /**
   * Finishes the promotion or rolls the release back. Healthy pods become ready, in one round after every `haste`
   * attempts of the executor.
   */
  async function finish(rig: Rig, scenario: Scenario, from: number, promotes: boolean, haste: number): Promise<void> {
    const { steps } = planOf(scenario);
    const isHealthy = (release: string | undefined): boolean => promotes || release === 'R1';
    const late = steps[from]!.kind === 'promote' || steps[from]!.kind === 'retire';
    const remaining = promotes
      ? steps.map((_, index) => at(scenario, index, 2 + index)).slice(from)
      : [rollingBack(scenario, late ? 'promoting' : 'releasing', 99)];
    for (const state of remaining) {
      const { spec } = state.current!;
      if (spec.kind === 'shiftTraffic') rig.stableShare = shareOf(spec.split);
      if (spec.kind === 'analyse') continue;
      const done = await until(rig, async () => {
        const next = await rig.ask(state, bundleOf('v2'), bundleOf('v1'));
        if (next.kind === 'write') await rig.perform(next.write);
        return next.kind === 'done';
      }, isHealthy, haste);
      expect([spec.kind, done]).toEqual([spec.kind, true]);
    }
    while (rig.settle(isHealthy));
    for (const name of ['web-canary', 'web-baseline']) expect(rig.cluster.find('Deployment', name)).toBeUndefined();
    const pods = rig.cluster.podsOf('web');
    expect(pods.map((pod) => [pod.metadata.labels?.['alloy.dev/release'], isReady(pod)])).toEqual(
      Array(scenario.replicas).fill([promotes ? 'R2' : 'R1', true]),
    );
  }

  async function until(
    rig: Rig,
    attempt: () => Promise<boolean>,
    isHealthy: (release: string | undefined) => boolean,
    haste: number,
  ): Promise<boolean> {
    for (let turn = 0; turn < 600; turn += 1) {
      if (await attempt()) return true;
      if (turn % haste === haste - 1) rig.settle(isHealthy);
    }
    return false;
  }
});
