import { memoryOf, outlineOf, refreshed, writeFromMemory } from './memory';
import { desiredCluster } from './desired';
import type { Deployment } from './kube-types';
import type { Live } from './live';
import { nextWrite } from './next-write';
import { describeWrite } from './perform';
import { at, bundleOf, nameHash, planOf, rollingBack } from './testing/fixtures';
import type { Rig } from './testing/rig';
import { second, upTo, withStable } from './testing/stories';

const [v1, v2] = [bundleOf('v1'), bundleOf('v2')];
const stepOf = (kind: string): number => planOf(second(5)).steps.findIndex((step) => step.kind === kind);
const desiredAt = (kind: string) => desiredCluster({ installation: 'alloy', state: kind === 'rollback' ? rollingBack(second(5), 'releasing', 40) : at(second(5), stepOf(kind), 40), bundle: v2, stable: v1, nameHash })!;
const withWeb = (live: Live, change: (web: Deployment) => Deployment): Live => ({ ...live, web: { ...live.web!, object: change(live.web!.object) } });

describe('what is remembered of a look', () => {
  let rig: Rig;
  let live: Live;
  const until = async (kind: string): Promise<void> => {
    rig = await withStable(5);
    await upTo(rig, 5, stepOf(kind));
    live = await rig.look(v2, v1);
  };

  it('holds nobody\'s content: no data, no environment, no record of fields, no annotations of others', async () => {
    await until('shiftTraffic');
    const spoken = (web: Deployment): Deployment => ({ ...web, metadata: { ...web.metadata, managedFields: [{ manager: 'kubectl' }], annotations: { ...web.metadata.annotations, 'kubectl.kubernetes.io/last-applied-configuration': 'czNjcmV0' } } });
    const whole = withWeb(live, spoken);
    expect(JSON.stringify([...whole.copies.values(), ...whole.shared.values(), whole.web])).toMatch(/czNjcmV0.*managedFields/);
    const memory = memoryOf(whole);
    expect(JSON.stringify([...memory.copies.values(), ...memory.shared.values(), memory.web])).not.toMatch(/czNjcmV0|COLOUR|managedFields|shop:v1|configMapRef|last-applied/);
    expect([memory.copies.size, memory.shared.size]).toEqual([live.copies.size, live.shared.size]);
  });

  it.each([
    ['apply', 'create ConfigMap settings-'],
    ['scaleCanary', 'fence Deployment web-canary'],
    ['shiftTraffic', 'fence Deployment web'],
    ['rollback', 'fence Deployment web-canary'],
  ])('lets %s begin with what a look would have it begin with: %s', async (kind, text) => {
    await until(kind === 'rollback' ? 'analyse' : kind);
    const write = writeFromMemory(desiredAt(kind), memoryOf(live))!;
    expect(describeWrite(write)).toContain(text);
    expect(nextWrite(desiredAt(kind), live)).toMatchObject({ kind: 'write', write: JSON.parse(JSON.stringify(write)) as object });
  });

  it.each(['promote', 'retire'])('lets %s begin with nothing: what it writes changes what runs, or takes it away', async (kind) => {
    await until(kind);
    expect(nextWrite(desiredAt(kind), live).kind).toBe('write');
    expect(writeFromMemory(desiredAt(kind), memoryOf(live))).toBeUndefined();
  });

  it('lets no number of pods be changed', async () => {
    await until('scaleCanary');
    const desired = desiredAt('scaleCanary');
    await rig.perform(writeFromMemory(desired, memoryOf(live))!);
    live = await rig.look(v2, v1);
    expect(nextWrite(desired, live)).toMatchObject({ kind: 'write', write: { verb: 'scale' } });
    expect(writeFromMemory(desired, memoryOf(live))).toBeUndefined();
  });

  it('is worth as much as the watch: a Deployment that it tells of is taken, one that it lost must be looked at', async () => {
    await until('shiftTraffic');
    const [memory, canary] = [memoryOf(live), live.canary!.object];
    const told: Deployment = { ...live.web!.object, metadata: { ...live.web!.object.metadata, resourceVersion: 'newer' }, spec: { ...live.web!.object.spec, replicas: 4 } };
    const find = (name: string): Deployment | undefined => [told, canary].find(({ metadata }) => metadata.name === name);
    expect(refreshed(memory, find)).toMatchObject({ web: { replicas: 4, object: { metadata: { resourceVersion: 'newer' } } }, canary: { object: canary } });
    expect(refreshed(memory, (name) => (name === 'web' ? told : undefined))).toBeUndefined();
    expect(refreshed({ ...memory, canary: null }, (name) => (name === 'web' ? told : undefined))).toMatchObject({ canary: null });
  });
});

describe('the outline of a Deployment', () => {
  const template = { metadata: { labels: { app: 'web', 'alloy.dev/release': 'R1' }, annotations: { a: 'b' } }, spec: { containers: [{ name: 'web', image: 'shop:v1' }] } };
  const spec = { selector: { matchLabels: { app: 'web' } }, template };
  const whole = (over: object, more: object): Deployment => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', uid: 'u', resourceVersion: '7', ...over }, spec: { ...spec, ...more } });
  const bare = { selector: spec.selector, template: { metadata: { labels: { 'alloy.dev/release': 'R1' } }, spec: { containers: [] } } };

  it('has its names, its numbers and Alloy\'s own marks', () => {
    const metadata = { namespace: 'shop', labels: { app: 'web', 'alloy.dev/project': 'shop' }, annotations: { team: 'a', 'alloy.dev/fence': 'alloy/1/1' }, managedFields: [] };
    expect(outlineOf(whole(metadata, { replicas: 3, strategy: { type: 'Recreate' } }))).toEqual({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7', labels: { 'alloy.dev/project': 'shop' }, annotations: { 'alloy.dev/fence': 'alloy/1/1' } },
      spec: { ...bare, replicas: 3, strategy: { type: 'Recreate' } },
    });
  });

  it('has nothing that it had not', () => {
    const outline = outlineOf(whole({}, { template: { spec: template.spec } }));
    expect(Object.keys(outline.spec).sort()).toEqual(['selector', 'template']);
    expect(outline.metadata).toStrictEqual({ name: 'web', uid: 'u', resourceVersion: '7', labels: {}, annotations: {} });
    expect(outline.spec.template.metadata).toEqual({ labels: {} });
  });

  it('that a watch tells of without a number of pods wants one', () => {
    const told = whole({}, {});
    const live = { web: { object: told, replicas: 3, pods: 3, ready: 3, draining: 0, byRelease: [] }, canary: null, shared: new Map(), copies: new Map(), hpa: null };
    expect(refreshed(live, () => told)?.web).toMatchObject({ replicas: 1, pods: 3 });
    expect(memoryOf({ ...live, web: null })).toMatchObject({ web: null, canary: null });
  });
});
