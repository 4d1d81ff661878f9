import { describeWrite } from '../../perform';
import { at, bundleOf, planOf, rollingBack } from '../../testing/fixtures';
import type { Rig } from '../../testing/rig';
import {
  contentOf, indexOf, perform, performUntil, rollBack, selectorOf, servedBy, serviceIn, switched, usersTraffic, withServices,
} from '../../testing/switched';
import type { NextWrite, Write } from '../../write';
import { SWITCH_ANNOTATION } from './mark';

const scenario = switched();
const green = { app: 'web-canary' };
const blue = { app: 'web' };
const of = (kind: string, nth = 0): number => indexOf(scenario, kind, nth);
const ask = (rig: Rig, index: number, plan = scenario) => rig.ask(at(plan, index, 2 + index), bundleOf('v2'), bundleOf('v1'));
function writeIn(next: NextWrite): Write {
  if (next.kind !== 'write') throw new Error(`the step answers ${next.kind}`);
  return next.write;
}
const switchWrites = (texts: readonly string[]): readonly string[] => texts.filter((text) => text.startsWith('select'));

async function setSelector(rig: Rig, selector: Readonly<Record<string, string>>, name = 'web'): Promise<void> {
  const { metadata: { resourceVersion } } = serviceIn(rig, name)!;
  await rig.cluster.patch({ apiVersion: 'v1', kind: 'Service', name }, 'merge', { metadata: { resourceVersion }, spec: { selector } });
}

it('compiles the preview, the pause, the switch, the analysis and the delay', () => {
  expect(planOf(scenario).steps.map((step) => `${step.kind}${'weight' in step ? ` ${step.weight}` : ''}`)).toEqual([
    'apply', 'scaleCanary', 'pause 0', 'scaleCanary', 'shiftTraffic 100', 'analyse 100', 'pause 100', 'promote', 'retire',
  ]);
});

describe('before the switch', () => {
  it('a preview Service of Alloy selects the new pods, and the active Service only the old ones', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('shiftTraffic'));
    expect([servedBy(rig, 'web-preview'), servedBy(rig)]).toEqual([['R2', 'R2', 'R2'], ['R1', 'R1', 'R1']]);
    expect(selectorOf(rig)).toEqual(blue);
  });

  it("a preview Service of the user's selects the new pods once they are ready, never none", async () => {
    const users = switched(3, usersTraffic);
    const rig = await withServices();
    rig.onWrite = () => expect(servedBy(rig, 'staging')).not.toEqual([]);
    await performUntil(rig, users, indexOf(users, 'pause'));
    expect([servedBy(rig, 'staging'), servedBy(rig)]).toEqual([['R2'], ['R1', 'R1', 'R1']]);
  });

  it("a preview Service of the user's keeps its pods while those of the new version are not ready", async () => {
    const users = switched(3, usersTraffic);
    const rig = await withServices();
    await performUntil(rig, users, indexOf(users, 'shiftTraffic'));
    rig.cluster.setReady(rig.cluster.podsOf('web-canary')[0]!, false);
    expect(await ask(rig, indexOf(users, 'shiftTraffic'), users)).toEqual({ kind: 'wait', for: 'canary_ready' });
    expect(servedBy(rig, 'staging')).toEqual(['R1', 'R1', 'R1']);
  });

  it('the switch waits until all new pods are ready', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('shiftTraffic'));
    rig.cluster.setReady(rig.cluster.podsOf('web-canary')[0]!, false);
    await rig.perform(writeIn(await ask(rig, of('shiftTraffic'))));
    expect(await ask(rig, of('shiftTraffic'))).toEqual({ kind: 'wait', for: 'canary_ready' });
    expect(selectorOf(rig)).toEqual(blue);
  });
});

describe('the switch', () => {
  it('is one write of the selector, and leaves all other fields and the old pods', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('shiftTraffic'));
    const before = serviceIn(rig)!;
    const { last, texts } = await perform(rig, scenario, of('shiftTraffic'));
    expect(switchWrites(texts)).toEqual(['select Service web']);
    expect(last).toMatchObject({ kind: 'done', outcome: { data: { asked: 100, reached: 100, canaryReady: 3, stableReady: 3 } } });
    const { spec, metadata } = serviceIn(rig) as typeof before & { spec: object };
    expect(spec).toEqual({ ...(before['spec'] as object), selector: green });
    expect(Object.keys(metadata.annotations!).filter((key) => before.metadata.annotations?.[key] === undefined)).toEqual([]);
    expect(servedBy(rig)).toEqual(['R2', 'R2', 'R2']);
    expect(rig.cluster.readyPods('web')).toBe(3);
  });

  it('is refused if another client has given the Service another selector since the plan', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('shiftTraffic'));
    await setSelector(rig, { app: 'other' });
    const { last } = await perform(rig, scenario, of('shiftTraffic'));
    expect(last).toMatchObject({ kind: 'refused', refusal: { code: 'service_rewritten' } });
  });

  it('is not made by a process that still has its decision after the first write of a rollback', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('shiftTraffic'));
    let next = await ask(rig, of('shiftTraffic'));
    while (next.kind === 'write' && next.write.verb !== 'select') {
      await rig.perform(next.write);
      next = await ask(rig, of('shiftTraffic'));
    }
    const rollback = await rig.ask(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect(writeIn(rollback)).toMatchObject({ verb: 'select', ref: { name: 'web' } });
    await rig.perform(writeIn(rollback));
    expect(await ask(rig, of('shiftTraffic'))).toEqual({ kind: 'stale', object: 'Service/web' });
  });

  it("of a preview Service of the user's is not made after a rollback has begun, either", async () => {
    const users = switched(3, usersTraffic);
    const rig = await withServices();
    const step = indexOf(users, 'shiftTraffic');
    await performUntil(rig, users, step);
    const back = await rig.ask(rollingBack(users, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect(writeIn(back)).toMatchObject({ verb: 'select', ref: { name: 'web' } });
    await rig.perform(writeIn(back));
    expect(await ask(rig, step, users)).toEqual({ kind: 'stale', object: 'Service/web' });
  });

  it('is not undone or repeated by a delayed write of an earlier decision', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('shiftTraffic'));
    let next = await ask(rig, of('shiftTraffic'));
    while (next.kind === 'write' && next.write.verb !== 'select') {
      await rig.perform(next.write);
      next = await ask(rig, of('shiftTraffic'));
    }
    const late = writeIn(next);
    await rollBack(rig, scenario);
    expect([await rig.perform(late), selectorOf(rig)]).toEqual([false, blue]);
  });
});

describe('a rollback', () => {
  it.each(['apply', 'scaleCanary', 'shiftTraffic'])('after the step %s leaves both Services as they were', async (kind) => {
    const users = switched(3, usersTraffic);
    for (const plan of [scenario, users]) {
      const rig = await withServices();
      const before = [serviceIn(rig)!, serviceIn(rig, 'staging')!].map(contentOf);
      rig.onWrite = () => expect([servedBy(rig), servedBy(rig, 'staging')].map((pods) => pods.length > 0)).toEqual([true, true]);
      await performUntil(rig, plan, indexOf(plan, kind) + 1);
      await rollBack(rig, plan);
      expect([serviceIn(rig)!, serviceIn(rig, 'staging')!].map(contentOf)).toEqual(before);
      expect([serviceIn(rig, 'web-preview'), rig.cluster.find('Deployment', 'web-canary')]).toEqual([undefined, undefined]);
    }
  });

  it('is first of all one write of the active Service', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('analyse'));
    const writes: string[] = [];
    rig.onWrite = (write) => void writes.push(`${describeWrite(write)}: ${servedBy(rig)[0]}`);
    await rollBack(rig, scenario);
    expect(writes[0]).toBe('select Service web: R1');
    expect(rig.drains).toEqual([5]);
  });

  it('keeps the new pods in service while fewer of the old ones are ready', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('analyse'));
    for (const pod of rig.cluster.podsOf('web').slice(0, 2)) rig.cluster.setReady(pod, false);
    rig.onWrite = (_write, before) => expect(servedBy(rig)).toEqual(Array(3).fill(before.web < 3 ? 'R2' : 'R1'));
    await rollBack(rig, scenario);
    expect(servedBy(rig)).toEqual(['R1', 'R1', 'R1']);
  });

  it('goes at once from new pods that are not ready any more', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('analyse'));
    for (const pod of [...rig.cluster.podsOf('web').slice(0, 2), ...rig.cluster.podsOf('web-canary')]) rig.cluster.setReady(pod, false);
    const next = await rig.ask(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect(next).toMatchObject({ kind: 'write', write: { verb: 'select', selector: blue } });
  });

  it('does not overwrite a selector of another client', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('analyse'));
    await setSelector(rig, blue);
    await rollBack(rig, scenario);
    expect([selectorOf(rig), serviceIn(rig)!.metadata.annotations?.[SWITCH_ANNOTATION]]).toEqual([blue, undefined]);
  });
});

describe('the promotion', () => {
  it('gives web the new version behind the switch, then the Service its own selector, and leaves nothing', async () => {
    const rig = await withServices();
    const before = [serviceIn(rig)!, serviceIn(rig, 'staging')!].map(contentOf);
    rig.onWrite = () => expect(servedBy(rig).length).toBeGreaterThanOrEqual(3);
    await performUntil(rig, scenario, of('promote'));
    const state = at(scenario, of('promote'), 2 + of('promote'));
    await rig.finish({ ...state, weights: { asked: 100, reached: 100 } }, bundleOf('v2'), bundleOf('v1'));
    expect(servedBy(rig)).toEqual(['R2', 'R2', 'R2']);
    await perform(rig, scenario, of('retire'));
    expect([serviceIn(rig)!, serviceIn(rig, 'staging')!].map(contentOf)).toEqual(before);
    expect([serviceIn(rig, 'web-preview'), rig.cluster.find('Deployment', 'web-canary')]).toEqual([undefined, undefined]);
  });

  it('is refused if another client has undone the switch, before web changes', async () => {
    const rig = await withServices();
    await performUntil(rig, scenario, of('promote'));
    await setSelector(rig, blue);
    const state = { ...at(scenario, of('promote'), 20), weights: { asked: 100, reached: 100 } };
    const { last, writes } = await rig.finish(state, bundleOf('v2'), bundleOf('v1'));
    expect(last).toMatchObject({ kind: 'refused', refusal: { code: 'service_rewritten', text: expect.stringMatching(/Service web.*ignore spec.selector/) } });
    expect(writes.filter(({ verb }) => verb === 'apply')).toEqual([]);
  });

  it('that a user has requested before the switch scales the new pods and switches first', async () => {
    const rig = await withServices();
    rig.onWrite = () => expect(servedBy(rig).length).toBeGreaterThanOrEqual(3);
    await performUntil(rig, scenario, of('pause'));
    const { writes } = await rig.finish(at(scenario, of('promote'), 20), bundleOf('v2'), bundleOf('v1'));
    const done = writes.map(describeWrite);
    expect(done.indexOf('scale web-canary to 3')).toBeGreaterThanOrEqual(0);
    expect(done.indexOf('select Service web')).toBeLessThan(done.indexOf('apply Deployment web'));
    expect(servedBy(rig)).toEqual(['R2', 'R2', 'R2']);
  });
});
