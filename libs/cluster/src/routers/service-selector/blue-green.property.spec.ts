import * as fc from 'fast-check';
import { describeWrite } from '../../perform';
import { isReady } from '../../pods';
import { at, bundleOf, planOf, rollingBack, type Scenario } from '../../testing/fixtures';
import type { Rig } from '../../testing/rig';
import { contentOf, performUntil, servedBy, serviceIn, switched, traffic, usersTraffic, withServices } from '../../testing/switched';
import { writesOf, type Write } from '../../write';

const move = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: 'write' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'hold' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'late' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reconcile' as const), web: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ready' as const), pod: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), pod: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'heal' as const }) },
  { weight: 4, arbitrary: fc.constant({ do: 'next' as const }) },
);
const run = fc.record({
  replicas: fc.integer({ min: 1, max: 5 }),
  isUsers: fc.boolean(),
  start: fc.nat(9),
  moves: fc.array(move, { maxLength: 80 }),
  ends: fc.constantFrom('promote' as const, 'rollback' as const, 'full' as const),
  haste: fc.integer({ min: 1, max: 6 }),
});

const waits = (kind: string): boolean => kind === 'analyse' || kind === 'pause';
/** All of the traffic was shifted, if the plan has come so far. */
function stateAt(scenario: Scenario, index: number, decision = 2 + index) {
  const state = at(scenario, index, decision);
  const isShifted = planOf(scenario).steps.slice(0, index).some((step) => step.kind === 'shiftTraffic' && step.weight === 100);
  return isShifted ? { ...state, weights: { asked: 100, reached: 100 } } : state;
}
const ask = (rig: Rig, state: ReturnType<typeof stateAt>) => rig.ask(state, bundleOf('v2'), bundleOf('v1'));

/** A client that merges its manifest into the live Service. */
async function heal(rig: Rig): Promise<void> {
  const { metadata: { resourceVersion }, ...service } = serviceIn(rig)!;
  const selector = { ...(service['spec'] as { readonly selector: object }).selector, app: 'web' };
  const ref = { apiVersion: 'v1', kind: 'Service', name: 'web' };
  await rig.cluster.patch(ref, 'merge', { metadata: { resourceVersion }, spec: { selector } });
}

it('the active Service never loses pods by a write, and a blueGreen release always ends and leaves nothing', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ replicas, isUsers, start, moves, ends, haste }) => {
      const rig = await withServices(replicas);
      const scenario = switched(replicas, isUsers ? usersTraffic : traffic);
      const before = [serviceIn(rig)!, serviceIn(rig, 'staging')!].map(contentOf);
      const { steps } = planOf(scenario);
      let index = Math.min(start, steps.findIndex(({ kind }) => kind === 'promote'));
      await performUntil(rig, scenario, index);
      let held: Write | undefined;
      let served = servedBy(rig).length;
      const perform = async (write: Write): Promise<void> => {
        served = servedBy(rig).length;
        await rig.perform(write);
        expect([describeWrite(write), servedBy(rig).length >= Math.min(served, replicas)]).toEqual([describeWrite(write), true]);
      };
      for (const one of moves) {
        const pods = rig.cluster.all('Pod');
        const { kind } = steps[index]!;
        if (one.do === 'reconcile') rig.cluster.reconcile(one.web ? 'web' : 'web-canary');
        if ((one.do === 'ready' || one.do === 'crash') && pods.length > 0) {
          rig.cluster.setReady(pods[one.pod % pods.length]!, one.do === 'ready');
        }
        if (one.do === 'late' && held) [held] = [void (await perform(held))];
        if (one.do === 'heal') await heal(rig);
        if (waits(kind)) {
          if (one.do === 'next') index += 1;
          continue;
        }
        const next = await ask(rig, stateAt(scenario, index));
        if (one.do === 'next' && next.kind === 'done' && index < steps.length - 1) index += 1;
        if (next.kind !== 'write') continue;
        if (one.do === 'hold') held = next.write;
        if (one.do === 'write') for (const write of writesOf(next)) await perform(write);
      }
      await finish(rig, scenario, { index, ends, haste }, perform);
      // The executor removes what a delayed creation leaves; a delayed annotation alone switches nothing.
      if (held && held.verb !== 'create' && !(held.verb === 'select' && !held.selector)) await perform(held);
      expect([serviceIn(rig)!, serviceIn(rig, 'staging')!].map(contentOf)).toEqual(before);
      expect([serviceIn(rig, 'web-preview'), rig.cluster.find('Deployment', 'web-canary')]).toEqual([undefined, undefined]);
    }),
    { numRuns: 100 },
  );
});

interface End {
  readonly index: number;
  readonly ends: 'promote' | 'rollback' | 'full';
  readonly haste: number;
}

/** Finishes the plan, promotes in full, or rolls back, also if the plan is refused because of the other client. */
async function finish(rig: Rig, scenario: Scenario, { index, ends, haste }: End, perform: (write: Write) => Promise<void>): Promise<void> {
  const { steps } = planOf(scenario);
  const promotion = steps.findIndex(({ kind }) => kind === 'promote');
  const from = ends === 'full' && index > 0 ? Math.max(index, promotion) : index;
  const isFull = from !== index;
  const states = steps.map((_, step) => (isFull ? skippedTo(scenario, step, index) : stateAt(scenario, step))).slice(from);
  const isEnded = ends !== 'rollback' && (await play(rig, states, haste, perform));
  const late = index >= promotion || isFull;
  if (!isEnded) expect(await play(rig, [rollingBack(scenario, late ? 'promoting' : 'releasing', 99)], haste, perform)).toBe(true);
  while (rig.settle());
  const pods = rig.cluster.podsOf('web').map((pod) => [pod.metadata.labels?.['alloy.dev/release'], isReady(pod)]);
  expect(pods).toEqual(Array(scenario.replicas).fill([isEnded ? 'R2' : 'R1', true]));
}

/** The state in a full promotion that skipped the steps after `from`. */
function skippedTo(scenario: Scenario, index: number, from: number) {
  const { weights } = stateAt(scenario, from);
  return { ...at(scenario, index, 2 + index), weights };
}

async function play(
  rig: Rig, states: ReadonlyArray<ReturnType<typeof stateAt>>, haste: number, perform: (write: Write) => Promise<void>,
): Promise<boolean> {
  for (const state of states) {
    if (waits(state.current!.spec.kind)) continue;
    const end = await ending(rig, state, haste, perform);
    if (end === 'refused') return false;
  }
  return true;
}

/** Healthy pods become ready, in one round after every `haste` attempts of the executor. */
async function ending(
  rig: Rig, state: ReturnType<typeof stateAt>, haste: number, perform: (write: Write) => Promise<void>,
): Promise<'done' | 'refused'> {
  for (let turn = 0; turn < 400; turn += 1) {
    const next = await rig.askDrained(state, bundleOf('v2'), bundleOf('v1'));
    if (next.kind === 'done' || next.kind === 'refused') return next.kind;
    if (next.kind === 'write') for (const write of writesOf(next)) await perform(write);
    if (turn % haste === haste - 1) rig.settle();
  }
  throw new Error(`the step ${state.current!.spec.kind} does not end`);
}
