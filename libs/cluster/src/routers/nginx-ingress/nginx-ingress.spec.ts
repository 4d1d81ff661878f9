import { FENCE_ANNOTATION } from '@alloy/contracts';
import { desiredCluster } from '../../desired-cluster';
import { previewWrites } from '../../preview/preview-writes';
import {
  byIngress, canaryAnnotations, canaryIngressIn, ingressTraffic, ingressWeightIn, PREFIX, userIngress, withIngress,
} from '../../testing/behind-ingress';
import { playing } from '../../testing/by-steps';
import { at, bundleOf, nameHash, rollingBack } from '../../testing/fixtures';
import type { Rig } from '../../testing/rig';
import { texts } from '../../testing/scenarios';

const { indexOf, perform, performUntil } = playing(byIngress(5));
const back = (rig: Rig, from: 'releasing' | 'promoting' = 'releasing') =>
  rig.finish(rollingBack(byIngress(5), from, 40), bundleOf('v2'), bundleOf('v1'));
const annotate = (rig: Rig, annotations: Readonly<Record<string, string | null>>) =>
  rig.cluster.patch({ ...ingressTraffic.route, name: 'web-canary' }, 'merge', {
    metadata: { resourceVersion: canaryIngressIn(rig)!.metadata.resourceVersion, annotations },
  });
const releases = (rig: Rig) => rig.cluster.podsOf('web').map(({ metadata }) => metadata.labels!['alloy.dev/release']);
const contentOf = (rig: Rig) => {
  const { metadata: { annotations }, spec } = rig.cluster.find('Ingress', 'shop') as typeof userIngress;
  return { annotations, spec };
};
const expectClean = (rig: Rig): void => {
  expect(contentOf(rig)).toEqual({ annotations: userIngress.metadata.annotations, spec: userIngress.spec });
  for (const kind of ['Ingress', 'Service', 'Deployment']) expect(rig.cluster.find(kind, 'web-canary')).toBeUndefined();
};

describe('a canary by a canary Ingress', () => {
  it('gets its Service, and then its Ingress without traffic, for the same class, hosts and paths', async () => {
    const rig = await withIngress();
    const { writes } = await perform(rig, indexOf('apply'));
    expect(texts(writes).filter((text) => /^create (Service|Ingress)/.test(text))).toEqual([
      'create Service web-canary', 'create Ingress web-canary',
    ]);
    const { metadata, spec } = canaryIngressIn(rig)!;
    expect(spec).toEqual({
      ingressClassName: 'nginx',
      rules: [{
        host: 'shop.example.com',
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web-canary', port: { name: 'http' } } } }] },
      }],
    });
    const { [FENCE_ANNOTATION]: fence, 'alloy.dev/created': created, ...annotations } = metadata.annotations!;
    expect([fence, created]).toEqual([expect.any(String), expect.any(String)]);
    expect(annotations).toEqual({
      [`${PREFIX}/rewrite-target`]: '/', [`${PREFIX}/auth-url`]: 'https://auth.example.com',
      [`${PREFIX}/canary`]: 'true', [`${PREFIX}/canary-weight`]: '0',
    });
  });

  it('gets exactly the weight of its stage after its pods, and stable keeps all its pods', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('shiftTraffic', 1));
    rig.onWrite = (write) => void (write.verb === 'route' && expect(rig.cluster.readyPods('web-canary')).toBe(3));
    const { last } = await perform(rig, indexOf('shiftTraffic', 1));
    expect(last).toMatchObject({ outcome: { data: { asked: 50, reached: 50, canaryReady: 3, stableReady: 5 } } });
    expect(canaryAnnotations(canaryIngressIn(rig)!)).toEqual({ canary: 'true', 'canary-weight': '50' });
    expect(contentOf(rig)).toEqual({ annotations: userIngress.metadata.annotations, spec: userIngress.spec });
  });

  it('loses its traffic at the promotion after stable has the new version, and its pods only after that', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('promote'));
    rig.onWrite = (write) => {
      if (write.verb === 'route') expect(releases(rig)).toEqual(Array(5).fill('R2'));
      if (write.verb === 'scale' && write.ref.name === 'web-canary') expect([canaryIngressIn(rig), write.replicas]).toEqual([undefined, 0]);
    };
    const { writes } = await perform(rig, indexOf('promote'));
    expect(texts(writes).filter((text) => !text.includes('Deployment web'))).toEqual([
      'route Ingress web-canary', 'delete Ingress web-canary', 'fence Service web-canary', 'delete Service web-canary',
      'scale web-canary to 0',
    ]);
    expect(rig.drains).toEqual([5]);
    await perform(rig, indexOf('retire'));
    expectClean(rig);
  });

  it('loses its traffic with the first write of a rollback, and nothing of it is left', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('promote'));
    expect(ingressWeightIn(rig)).toBe(83);
    const { writes } = await back(rig);
    expect(texts(writes)[0]).toBe('route Ingress web-canary');
    expect(texts(writes).indexOf('scale web-canary to 0')).toBeGreaterThan(texts(writes).indexOf('delete Service web-canary'));
    expect(rig.drains).toEqual([5]);
    expectClean(rig);
  });

  it('is deleted at once if it never had traffic', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('shiftTraffic'));
    await back(rig);
    expect(rig.drains).toEqual([]);
    expectClean(rig);
  });

  it('that is bad keeps only the part of the traffic for which stable has no pods', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('promote'));
    for (const pod of rig.cluster.podsOf('web').slice(0, 3)) rig.cluster.setReady(pod, false);
    const seen: number[] = [];
    rig.onWrite = (write) => void (write.verb === 'route' && seen.push(ingressWeightIn(rig)));
    await back(rig);
    expect([seen[0], seen.at(-1)]).toEqual([60, 0]);
    expectClean(rig);
  });

  it('is made again with its next weight if another client has deleted it', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('shiftTraffic', 1));
    const { uid, resourceVersion } = canaryIngressIn(rig)!.metadata;
    await rig.cluster.delete({ ...ingressTraffic.route, name: 'web-canary' }, { uid: uid!, resourceVersion: resourceVersion! });
    const { last } = await perform(rig, indexOf('shiftTraffic', 1));
    expect([last.kind, ingressWeightIn(rig)]).toEqual(['done', 50]);
  });

  it('has none of the matches and weights that another client has given its Ingress', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('shiftTraffic', 1));
    await annotate(rig, {
      [`${PREFIX}/canary-by-header`]: 'x', [`${PREFIX}/canary-weight-total`]: '1000', [`${PREFIX}/canary-weight`]: '900',
    });
    await perform(rig, indexOf('shiftTraffic', 1));
    expect(canaryAnnotations(canaryIngressIn(rig)!)).toEqual({ canary: 'true', 'canary-weight': '50' });
  });

  it.each([
    ['route_not_found', 'is gone', (rig: Rig) => rig.cluster.find('Ingress', 'shop')!],
  ] as const)('ends with %s if the Ingress of the user %s, and the rollback leaves nothing', async (code, _what, found) => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('shiftTraffic', 1));
    const { uid, resourceVersion } = found(rig).metadata;
    await rig.cluster.delete(ingressTraffic.route, { uid: uid!, resourceVersion: resourceVersion! });
    expect((await perform(rig, indexOf('shiftTraffic', 1))).last).toMatchObject({ kind: 'refused', refusal: { code } });
    await back(rig);
    expect(canaryIngressIn(rig)).toBeUndefined();
  });

  it('ends with route_unsuitable if the Ingress of the user has no path of the Service any more', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('shiftTraffic', 1));
    const { resourceVersion } = rig.cluster.find('Ingress', 'shop')!.metadata;
    await rig.cluster.patch(ingressTraffic.route, 'merge', { metadata: { resourceVersion }, spec: { rules: [] } });
    const refusal = { code: 'route_unsuitable', text: expect.stringContaining('Ingress shop') };
    expect((await perform(rig, indexOf('shiftTraffic', 1))).last).toMatchObject({ kind: 'refused', refusal });
  });

  it('leaves an Ingress of the name to its owner', async () => {
    const rig = await withIngress();
    await rig.cluster.create({ ...userIngress, metadata: { name: 'web-canary', namespace: 'shop' } });
    expect((await perform(rig, indexOf('apply'))).last).toMatchObject({ kind: 'refused', refusal: { code: 'foreign_owner' } });
    expect((await back(rig)).last.kind).toBe('done');
    expect(canaryIngressIn(rig)?.metadata.annotations).toBeUndefined();
  });

  it('is not changed by a delayed write of an earlier decision', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('shiftTraffic', 1));
    await perform(rig, indexOf('scaleCanary', 1));
    const late = await rig.ask(at(byIngress(5), indexOf('shiftTraffic', 1), 9), bundleOf('v2'), bundleOf('v1'));
    await back(rig);
    expect(late.kind === 'write' && (await rig.perform(late.write))).toBe(false);
    const stale = await rig.ask(at(byIngress(5), indexOf('shiftTraffic', 1), 9), bundleOf('v2'), bundleOf('v1'));
    expect(stale.kind).not.toBe('done');
    expectClean(rig);
  });

  it('is left as it is by a process that is out of date', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('shiftTraffic', 1));
    const found = canaryIngressIn(rig)!;
    const annotations = { ...found.metadata.annotations, [FENCE_ANNOTATION]: 'alloy/99/1' };
    rig.cluster.put({ ...found, metadata: { ...found.metadata, annotations } });
    const stale = { kind: 'stale', object: 'Ingress/web-canary' };
    expect((await perform(rig, indexOf('shiftTraffic', 1))).last).toEqual(stale);
    expect((await back(rig)).last).toEqual(stale);
  });

  it('shows its writes in its plan', async () => {
    const rig = await withIngress();
    let live = await rig.readLive(bundleOf('v2'), bundleOf('v1'), ingressTraffic);
    const shown: string[] = [];
    for (const kind of ['apply', 'scaleCanary', 'shiftTraffic', 'promote', 'retire']) {
      const state = at(byIngress(5), indexOf(kind), 2 + indexOf(kind));
      const effect = previewWrites(
        desiredCluster({ installation: 'alloy', state, bundle: bundleOf('v2'), stable: bundleOf('v1'), nameHash, drainIsOver: true }), live,
      );
      shown.push(...effect.writes.map(({ verb, kind: of, name }) => `${verb} ${of} ${name}`).filter((text) => /Ingress|Service/.test(text)));
      live = effect.live;
    }
    expect(shown).toEqual([
      'create Service web-canary', 'create Ingress web-canary', 'apply Ingress web-canary', 'apply Ingress web-canary',
      'delete Ingress web-canary', 'delete Service web-canary',
    ]);
  });
});

describe('a header route of a canary Ingress', () => {
  const match = [{ header: { name: 'x-beta', regex: 'y.s' } }, { cookie: { name: 'beta', exact: 'always' } }];
  const scenario = {
    ...byIngress(5),
    policy: {
      steps: [{ setHeaderRoute: { name: 'beta', match } }, { setWeight: 7.5 }, { setHeaderRoute: { name: 'beta' } }, { setWeight: 50 }],
    },
  };
  const played = playing(scenario);
  const after = async (kind: string, nth = 0): Promise<Rig> => {
    const rig = await withIngress();
    await played.performUntil(rig, played.indexOf(kind, nth) + 1);
    return rig;
  };
  const header = { 'canary-by-header': 'x-beta', 'canary-by-header-pattern': '^(?:y.s)$', 'canary-by-cookie': 'beta' };

  it('is in effect before the first weight', async () =>
    expect(canaryAnnotations(canaryIngressIn(await after('setHeaderRoute'))!))
      .toEqual({ canary: 'true', 'canary-weight': '0', ...header }));

  it('stays while the weight shifts, of which a part of a percent needs a greater total', async () =>
    expect(canaryAnnotations(canaryIngressIn(await after('shiftTraffic'))!))
      .toEqual({ canary: 'true', 'canary-weight': '75', 'canary-weight-total': '1000', ...header }));

  it('is removed by a step without a match, and with a rollback', async () => {
    const rig = await after('shiftTraffic', 1);
    expect(canaryAnnotations(canaryIngressIn(rig)!)).toEqual({ canary: 'true', 'canary-weight': '50' });
    const other = await after('setHeaderRoute');
    const matches: Array<string | undefined> = [];
    other.onWrite = () => void matches.push(canaryIngressIn(other) && canaryAnnotations(canaryIngressIn(other)!)['canary-by-header']);
    await other.finish(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect([new Set(matches), other.drains]).toEqual([new Set([undefined]), [5]]);
    expectClean(other);
  });

  it('gives way to the weight while stable has too few pods in a rollback', async () => {
    const rig = await after('shiftTraffic');
    for (const pod of rig.cluster.podsOf('web').slice(0, 3)) rig.cluster.setReady(pod, false);
    const { writes } = await rig.finish(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));
    expect(texts(writes)[0]).toBe('route Ingress web-canary');
    expectClean(rig);
  });
});

describe('a canary Ingress that a stuck release has left', () => {
  it('keeps its weight while its pods run, and is deleted with them', async () => {
    const rig = await withIngress();
    await performUntil(rig, indexOf('promote'));
    const next = { ...byIngress(5), releaseId: 'R3', slot: 3 };
    rig.onWrite = (write) => void (write.verb === 'delete' && write.ref.kind === 'Deployment' && expect(ingressWeightIn(rig)).toBe(0));
    const { last } = await rig.finish(at(next, 0, 4), bundleOf('v3'), bundleOf('v1'));
    expect([last.kind, ingressWeightIn(rig)]).toEqual(['done', 0]);
  });
});
