import { TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import type { Deployment } from '../json';
import { at, bundleOf, planOf, rollingBack, scalingDown } from '../testing/fixtures';
import type { Rig } from '../testing/rig';
import { texts, upTo, withExperiment, withStable } from '../testing/scenarios';

const REPLICAS = 5;
const scenario = withExperiment(REPLICAS);
const indexOf = (kind: string, nth = 0): number =>
  planOf(scenario).steps.flatMap((step, index) => (step.kind === kind ? [index] : []))[nth]!;
const [starts, ends] = [indexOf('scaleBaseline'), indexOf('scaleBaseline', 1)];
const step = (rig: Rig, index: number) => rig.finish(at(scenario, index, 2 + index), bundleOf('v2'), bundleOf('v1'));
const baseline = (rig: Rig) => rig.cluster.find('Deployment', 'web-baseline') as Deployment | undefined;

/** A canary of three pods at one half, before its experiment, or in it. */
async function before(index: number): Promise<Rig> {
  const rig = await withStable(REPLICAS);
  await upTo(rig, REPLICAS, index, scenario);
  return rig;
}

describe('the baseline of an experiment', () => {
  it('has as many ready pods as the canary, of the template of stable, in its Service; stable and the canary keep theirs', async () => {
    const rig = await before(starts);
    const web = rig.cluster.find('Deployment', 'web') as Deployment;
    const { last, writes } = await step(rig, starts);
    expect(texts(writes)).toEqual(['create Deployment web-baseline', 'scale web-baseline to 3']);
    expect(last).toEqual({ kind: 'done', outcome: { type: 'WorkloadScaled', data: { track: 'baseline', replicas: 3 } } });
    expect(['web', 'web-canary', 'web-baseline'].map((name) => rig.cluster.readyPods(name))).toEqual([3, 3, 3]);
    const { spec: { selector, template } } = baseline(rig)!;
    expect(template.spec).toEqual(web.spec.template.spec);
    expect(template.metadata?.labels).toEqual({ ...web.spec.template.metadata?.labels, [TRACK_LABEL]: 'baseline' });
    expect(selector.matchLabels).toEqual({ app: 'web', [TRACK_LABEL]: 'baseline' });
  });

  it('is no failure while it is not ready: the step waits', async () => {
    const rig = await before(starts);
    const state = at(scenario, starts, 2 + starts);
    for (let next = await rig.ask(state, bundleOf('v2'), bundleOf('v1')); next.kind === 'write';) {
      await rig.perform(next.write);
      next = await rig.ask(state, bundleOf('v2'), bundleOf('v1'));
    }
    expect(await rig.ask(state, bundleOf('v2'), bundleOf('v1'))).toEqual({ kind: 'wait', for: 'baseline_ready' });
  });

  it('is removed after its pods have drained', async () => {
    const rig = await before(ends);
    rig.cluster.drains = true;
    const state = at(scenario, ends, 2 + ends);
    const ask = () => rig.ask(state, bundleOf('v2'), bundleOf('v1'));
    for (let next = await ask(); next.kind === 'write'; next = await ask()) await rig.perform(next.write);
    expect([baseline(rig)?.spec.replicas, await ask()]).toEqual([0, { kind: 'wait', for: 'pods_drained', seconds: 2 }]);
    rig.cluster.endDraining();
    expect((await step(rig, ends)).last).toMatchObject({ outcome: { data: { track: 'baseline', replicas: 0 } } });
    expect(baseline(rig)).toBeUndefined();
  });

  it('keeps its pods while stable lacks some', async () => {
    const rig = await before(ends);
    for (const pod of rig.cluster.podsOf('web')) rig.cluster.setReady(pod, false);
    expect(await rig.ask(at(scenario, ends, 9), bundleOf('v2'), bundleOf('v1'))).toEqual({ kind: 'wait', for: 'stable_ready' });
  });

  it('keeps its Deployment until the controller has deleted its pods', async () => {
    const rig = await before(ends);
    rig.cluster.lags = true;
    const ask = () => rig.ask(at(scenario, ends, 9), bundleOf('v2'), bundleOf('v1'));
    for (let next = await ask(); next.kind === 'write'; next = await ask()) await rig.perform(next.write);
    expect([await ask(), baseline(rig)?.spec.replicas]).toEqual([{ kind: 'wait', for: 'pods_gone' }, 0]);
  });

  it('is removed although stable lacks pods if none of its own is ready', async () => {
    const rig = await before(ends);
    for (const name of ['web', 'web-baseline']) for (const pod of rig.cluster.podsOf(name)) rig.cluster.setReady(pod, false);
    const next = await rig.ask(at(scenario, ends, 9), bundleOf('v2'), bundleOf('v1'));
    expect(next).toMatchObject({ kind: 'write', write: { verb: 'fence', ref: { name: 'web-baseline' } } });
  });

  it('starts no pods in a rollback, which would take the place of those of stable, and keeps the ready ones until stable is whole', async () => {
    const rig = await before(ends);
    rig.cluster.setReady(rig.cluster.podsOf('web-baseline')[0]!, false);
    const state = rollingBack(scenario, 'releasing', 99);
    const writes: string[] = [];
    for (let next = await rig.ask(state, bundleOf('v2'), bundleOf('v1')); next.kind === 'write';) {
      await rig.perform(next.write);
      writes.push(...texts([next.write]));
      next = await rig.ask(state, bundleOf('v2'), bundleOf('v1'));
    }
    expect(writes.slice(0, 2)).toEqual(['fence Deployment web-baseline', 'scale web-baseline to 2']);
    expect(rig.cluster.readyPods('web-baseline')).toBe(2);
  });

  it('of an earlier release is replaced, and its template is not taken for that of stable', async () => {
    const rig = await before(starts);
    rig.cluster.put(leftover(rig));
    const { writes } = await step(rig, starts);
    expect(texts(writes)).toEqual([
      'fence Deployment web-baseline', 'delete Deployment web-baseline', 'create Deployment web-baseline',
      'scale web-baseline to 3',
    ]);
  });

  it('of an earlier release is removed by the first step of the next one', async () => {
    const rig = await before(0);
    rig.cluster.put(leftover(rig));
    await step(rig, 0);
    expect(baseline(rig)).toBeUndefined();
  });

  it('is removed when the workload is handed back', async () => {
    const rig = await before(ends);
    await rig.finish(at({ ...scenario, releaseId: 'R3', slot: 3, strategy: 'handBack' }, 0, 4), bundleOf('v1'), bundleOf('v1'));
    expect(['web-baseline', 'web-canary'].map((name) => rig.cluster.find('Deployment', name))).toEqual([undefined, undefined]);
  });

  it('is left alone if a user made a Deployment of its name, and the experiment is refused', async () => {
    const rig = await before(starts);
    rig.cluster.put({ ...leftover(rig), metadata: { name: 'web-baseline', namespace: 'shop', uid: 'other' } });
    expect((await step(rig, starts)).last).toMatchObject({ kind: 'refused', refusal: { code: 'foreign_owner' } });
    await rig.finish(rollingBack(scenario, 'releasing', 99), bundleOf('v2'), bundleOf('v1'));
    expect(baseline(rig)).toBeDefined();
  });

  it.each(['rollback', 'scale-down', 'promotion'] as const)('leaves with a %s in mid-experiment, once stable has its pods', async (how) => {
    const rig = await before(ends);
    const left: string[] = [];
    rig.onWrite = (write, _before, after) => {
      if (texts([write])[0]!.includes('web-baseline')) left.push(`${texts([write])[0]} with ${after.web} of web`);
    };
    const ending = { rollback: rollingBack(scenario, 'releasing', 99), 'scale-down': scalingDown(scenario, 99), promotion: undefined }[how];
    if (ending) await rig.finish(ending, bundleOf('v2'), bundleOf('v1'));
    else for (const kind of ['promote', 'retire']) await step(rig, indexOf(kind));
    expect(baseline(rig)).toBeUndefined();
    expect(left).toEqual(ending
      ? ['fence Deployment web-baseline with 5 of web', 'delete Deployment web-baseline with 5 of web']
      : [
          'fence Deployment web-baseline with 5 of web', 'scale web-baseline to 0 with 5 of web',
          'fence Deployment web-baseline with 5 of web', 'delete Deployment web-baseline with 5 of web',
        ]);
  });
});

/** A baseline that release R0 has left. */
const leftover = (rig: Rig): KubeObject => {
  const web = rig.cluster.find('Deployment', 'web') as Deployment;
  const labels = { ...web.metadata.labels, 'alloy.dev/release': 'R0', [TRACK_LABEL]: 'baseline' };
  const metadata = { ...web.metadata, name: 'web-baseline', uid: 'left', labels, annotations: { 'alloy.dev/fence': 'alloy/0/9' } };
  return { ...web, metadata, spec: { ...web.spec, replicas: 0 } } as KubeObject;
};
