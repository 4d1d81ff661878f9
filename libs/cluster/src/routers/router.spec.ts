import { podRatio } from './pod-ratio';
import { at, bundleOf, planOf, rollingBack } from '../testing/fixtures';
import { second, texts, upTo, withStable } from '../testing/scenarios';
import type { Rig } from '../testing/rig';
import { waitFor } from '../write';

const indexOf = (kind: string): number => planOf(second(5)).steps.findIndex((step) => step.kind === kind);
const step = (rig: Rig, kind: string) => rig.finish(at(second(5), indexOf(kind), 20), bundleOf('v2'), bundleOf('v1'));
const back = (rig: Rig) => rig.finish(rollingBack(second(5), 'releasing', 30), bundleOf('v2'), bundleOf('v1'));
const held = waitFor('stable_settled');
/** Writes that take pods or the Deployment from the canary. */
const onCanary = (writes: readonly string[]): readonly string[] => writes.filter((text) => /^(scale|delete|create) .*web-canary/.test(text));

afterEach(() => jest.restoreAllMocks());

describe('a step asks the router', () => {
  it('to prepare before the manifests count as applied', async () => {
    const rig = await withStable(5);
    jest.spyOn(podRatio, 'prepare').mockReturnValue(held);
    expect((await step(rig, 'apply')).last).toEqual(held);
  });

  it('to take the traffic from the canary before a promotion takes its pods', async () => {
    const rig = await withStable(5);
    await upTo(rig, 5, indexOf('promote'));
    const limit = jest.spyOn(podRatio, 'limit').mockReturnValue(held);
    const { last, writes } = await step(rig, 'promote');
    expect([last, onCanary(texts(writes))]).toEqual([held, []]);
    expect(limit.mock.calls.map(([, , percent]) => percent)).toEqual([0]);
    expect(rig.cluster.readyPods('web')).toBe(5);
  });

  it('to take the traffic from the canary before a rollback takes its pods, as far as stable has pods', async () => {
    const rig = await withStable(5);
    await upTo(rig, 5, indexOf('promote'));
    const limit = jest.spyOn(podRatio, 'limit').mockReturnValue(held);
    const { last, writes } = await back(rig);
    expect([last, onCanary(texts(writes))]).toEqual([held, []]);
    // 1 pod of stable and 5 of the canary ran: the canary carries at first what the 4 missing pods would.
    expect(limit.mock.calls[0]![2]).toBe(80);
  });

  it.each(['retire', 'rollback'])('to remove what it has made before a %s deletes the canary', async (kind) => {
    const rig = await withStable(5);
    await upTo(rig, 5, indexOf('retire'));
    jest.spyOn(podRatio, 'limit').mockReturnValue(held);
    const { last, writes } = await (kind === 'retire' ? step(rig, kind) : back(rig));
    expect([last, texts(writes).filter((text) => text.startsWith('delete Deployment'))]).toEqual([held, []]);
  });
});
