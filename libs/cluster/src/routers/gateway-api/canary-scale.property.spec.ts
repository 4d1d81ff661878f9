import { canaryStepsSchema, type CanaryStep } from '@alloy/release';
import fc from 'fast-check';
import { describeWrite } from '../../perform';
import { isReady } from '../../pods';
import { at, bundleOf, planOf, rollingBack, type Scenario } from '../../testing/fixtures';
import type { Rig } from '../../testing/rig';
import { byIngress, ingressWeightIn, withIngress } from '../../testing/behind-ingress';
import { routed, weightIn, withRoute } from '../../testing/routed';
import type { Write } from '../../write';

const step: fc.Arbitrary<CanaryStep> = fc.oneof(
  fc.integer({ min: 1, max: 100 }).map((setWeight) => ({ setWeight })),
  fc.integer({ min: 1, max: 8 }).map((replicas) => ({ setCanaryScale: { replicas } })),
  fc.integer({ min: 1, max: 100 }).map((weight) => ({ setCanaryScale: { weight } })),
  fc.constant<CanaryStep>({ setCanaryScale: { matchTrafficWeight: true } }),
);
const lists = fc.array(step, { minLength: 1, maxLength: 8 }).filter((steps) => canaryStepsSchema.safeParse(steps).success);

const move = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: 'write' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'hold' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'late' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reconcile' as const), web: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ready' as const), pod: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), pod: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'next' as const }) },
);
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

const run = fc.record({
  steps: lists,
  replicas: fc.integer({ min: 1, max: 6 }),
  moves: fc.array(move, { maxLength: 100 }),
  ends: fc.constantFrom('promote' as const, 'rollback' as const),
  haste: fc.integer({ min: 1, max: 6 }),
});

const ask = (rig: Rig, scenario: Scenario, index: number) => rig.ask(at(scenario, index, 2 + index), bundleOf('v2'), bundleOf('v1'));

/** Asserts for each write: no write leaves a track with fewer ready pods than its part of the traffic needs. */
function guard(rig: Rig, replicas: number, weightIn: (rig: Rig) => number): void {
  rig.onWrite = (write, before, after) => {
    const share = weightIn(rig) / 100;
    const needs = (part: number): number => Math.ceil(Math.round(1e6 * part * replicas) / 1e6);
    const kept = {
      total: after.total >= Math.min(before.total, replicas),
      web: after.web >= Math.min(before.web, needs(1 - share)),
      canary: after.total - after.web >= Math.min(before.total - before.web, needs(share)),
    };
    expect([describeWrite(write), kept]).toEqual([describeWrite(write), { total: true, web: true, canary: true }]);
  };
}

async function play(rig: Rig, scenario: Scenario, moves: readonly Move[]): Promise<number> {
  const last = planOf(scenario).steps.findIndex(({ kind }) => kind === 'promote');
  let index = 0;
  let held: Write | undefined;
  for (const one of moves) {
    const pods = rig.cluster.all('Pod');
    if (one.do === 'reconcile') rig.cluster.reconcile(one.web ? 'web' : 'web-canary');
    if ((one.do === 'ready' || one.do === 'crash') && pods.length > 0)
      rig.cluster.setReady(pods[one.pod % pods.length]!, one.do === 'ready');
    if (one.do === 'late' && held) [held] = [void (await rig.perform(held))];
    if (one.do === 'write' || one.do === 'hold') {
      const next = await ask(rig, scenario, index);
      if (next.kind === 'write' && one.do === 'hold') held = next.write;
      else if (next.kind === 'write') await rig.perform(next.write);
    }
    if (one.do === 'next' && index < last && (await isOver(rig, scenario, index))) index += 1;
  }
  return index;
}

/** Also the planner waits for the pods of a step that scales the canary. */
async function isOver(rig: Rig, scenario: Scenario, index: number): Promise<boolean> {
  const spec = planOf(scenario).steps[index]!;
  if ((await ask(rig, scenario, index)).kind !== 'done') return false;
  return spec.kind !== 'scaleCanary' || rig.cluster.readyPods('web-canary') >= spec.split.canary;
}

async function end(rig: Rig, scenario: Scenario, from: number, promotes: boolean, haste: number): Promise<void> {
  const { steps } = planOf(scenario);
  const states = promotes
    ? steps.map((_, index) => at(scenario, index, 2 + index)).slice(from)
    : [rollingBack(scenario, steps[from]!.kind === 'promote' ? 'promoting' : 'releasing', 99)];
  for (const state of states) {
    let isDone = false;
    for (let turn = 0; turn < 600 && !isDone; turn += 1) {
      const next = await rig.askDrained(state, bundleOf('v2'), bundleOf('v1'));
      if (next.kind === 'write') await rig.perform(next.write);
      isDone = next.kind === 'done';
      if (isDone || turn % haste === haste - 1) rig.settle();
    }
    expect([state.current!.spec.kind, isDone]).toEqual([state.current!.spec.kind, true]);
    while (rig.settle());
  }
}

const gateway = { scenario: routed, start: withRoute, weight: weightIn };
const nginx = { scenario: byIngress, start: withIngress, weight: ingressWeightIn };

it.each([
  ['a route', 'keeps its pods', gateway, false],
  ['a route', 'shrinks as its weight falls', gateway, true],
  ['a canary Ingress', 'keeps its pods', nginx, false],
  ['a canary Ingress', 'shrinks as its weight falls', nginx, true],
])('a canary by %s has the pods for its traffic, and so has stable that %s', async (_router, _stable, router, dynamicStableScale) => {
  await fc.assert(
    fc.asyncProperty(run, async ({ steps, replicas, moves, ends, haste }) => {
      const rig = await router.start(replicas);
      const scenario: Scenario = { ...router.scenario(replicas), policy: { steps, canary: { dynamicStableScale } } };
      guard(rig, replicas, router.weight);
      const index = await play(rig, scenario, moves);
      await end(rig, scenario, index, ends === 'promote', haste);
      expect(rig.cluster.find('Deployment', 'web-canary')).toBeUndefined();
      expect(router.weight(rig)).toBe(0);
      expect(rig.cluster.podsOf('web').map((pod) => [pod.metadata.labels?.['alloy.dev/release'], isReady(pod)])).toEqual(
        Array(replicas).fill([ends === 'promote' ? 'R2' : 'R1', true]),
      );
    }),
    { numRuns: 150 },
  );
});
