import { mayBeCached } from './informers/may-be-cached';
import { slimDeployment } from './informers/slim';
import { desiredCluster } from './desired-cluster';
import type { Deployment } from './json';
import type { Live } from './live';
import { nextWrite } from './next-write';
import { outlineOf } from './outline';
import { describeWrite } from './perform';
import { at, bundleOf, nameHash, planOf, rollingBack } from './testing/fixtures';
import type { Rig } from './testing/rig';
import { second, upTo, withStable } from './testing/scenarios';

const [v1, v2] = [bundleOf('v1'), bundleOf('v2')];
const stepOf = (kind: string): number => planOf(second(5)).steps.findIndex((step) => step.kind === kind);
const desiredAt = (kind: string) =>
  desiredCluster({
    installation: 'alloy',
    state: kind === 'rollback' ? rollingBack(second(5), 'releasing', 40) : at(second(5), stepOf(kind), 40),
    bundle: v2,
    stable: v1,
    nameHash,
  })!;
/** The live state in the form in which the caches keep it. */
const slim = (live: Live): Live => {
  const workload = (found: Live['web']): Live['web'] => found && { ...found, object: slimDeployment(found.object) as Deployment };
  const outlines = (objects: Live['shared']): Live['shared'] => new Map([...objects].map(([key, object]) => [key, outlineOf(object)]));
  return { ...live, web: workload(live.web), canary: workload(live.canary), shared: outlines(live.shared), copies: outlines(live.copies) };
};
const withWeb = (live: Live, change: (web: Deployment) => Deployment): Live => ({
  ...live,
  web: { ...live.web!, object: change(live.web!.object) },
});

describe('the cached live state', () => {
  let rig: Rig;
  let live: Live;
  const until = async (kind: string): Promise<void> => {
    rig = await withStable(5);
    await upTo(rig, 5, stepOf(kind));
    live = await rig.readLive(v2, v1);
  };

  it('contains no data, no environment and no annotations of other clients', async () => {
    await until('shiftTraffic');
    const edited = (web: Deployment): Deployment => ({
      ...web,
      metadata: {
        ...web.metadata,
        annotations: { ...web.metadata.annotations, 'kubectl.kubernetes.io/last-applied-configuration': 'czNjcmV0' },
      },
    });
    const whole = withWeb(live, edited);
    expect(JSON.stringify([...whole.copies.values(), ...whole.shared.values(), whole.web])).toMatch(/czNjcmV0/);
    const kept = [...[...whole.copies.values(), ...whole.shared.values()].map(outlineOf), slimDeployment(whole.web!.object)];
    expect(JSON.stringify(kept)).not.toMatch(/czNjcmV0|COLOUR|shop:v1|configMapRef|last-applied/);
  });

  it.each([
    ['apply', 'create ConfigMap settings-'],
    ['scaleCanary', 'fence Deployment web-canary'],
    ['shiftTraffic', 'fence Deployment web'],
    ['rollback', 'fence Deployment web-canary'],
  ])('leads to the same first write of %s as a live read: %s', async (kind, text) => {
    await until(kind === 'rollback' ? 'analyse' : kind);
    const next = nextWrite(desiredAt(kind), slim(live));
    expect(mayBeCached(next, slim(live))).toBe(true);
    expect(next.kind === 'write' && describeWrite(next.write)).toContain(text);
    expect(nextWrite(desiredAt(kind), live)).toMatchObject(JSON.parse(JSON.stringify(next)) as object);
  });

  it.each(['promote', 'retire'])('is not sufficient for %s, whose first write changes or deletes running objects', async (kind) => {
    await until(kind);
    const next = nextWrite(desiredAt(kind), slim(live));
    expect([next.kind, mayBeCached(next, slim(live))]).toEqual(['write', false]);
  });

  it('is sufficient to add pods, but not to remove one', async () => {
    await until('shiftTraffic');
    const cached = slim(live);
    const scale = (name: string, replicas: number) =>
      ({
        kind: 'write',
        write: { verb: 'scale', ref: { apiVersion: 'apps/v1', kind: 'Deployment', name }, resourceVersion: '1', replicas },
      }) as const;
    const { replicas } = cached.web!;
    expect([
      mayBeCached(scale('web', replicas + 1), cached),
      mayBeCached(scale('web', replicas), cached),
      mayBeCached(scale('web', replicas - 1), cached),
    ]).toEqual([true, false, false]);
    expect(mayBeCached(scale('other', 9), cached)).toBe(false);
  });

  it('is not sufficient to refuse a release', () => {
    const empty: Live = { web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null };
    expect(
      mayBeCached({ kind: 'refused', refusal: { code: 'foreign_owner', text: 'Deployment web belongs to another installation' } }, empty),
    ).toBe(false);
    expect(mayBeCached({ kind: 'wait', for: 'canary_ready' }, empty)).toBe(true);
  });
});
