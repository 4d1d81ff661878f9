import type { KubeObject } from '@alloy/contracts';
import { CookieJar } from '../../support/cookie-jar';
import { eventually } from '../../support/eventually';
import { heldPolicy, shortPolicy } from '../../support/stories';
import type { Version } from '../../support/story';
import { deployment, service } from '../../support/workload';
import { isPlausible } from '../gateway/binomial';
import type { LoadReport } from '../gateway/counts';
import { withGateway } from '../gateway/gateway';
import { httpRoute } from '../gateway/http-route';
import type { Load } from '../gateway/load';
import { underLoad } from '../gateway/under-load';
import { needsGateway } from '../support/control-plane';
import { behindGateway, grant } from './support/behind-gateway';
import { sideBySide } from './support/side-by-side';
import { withStage, type Play, type ProofOptions } from './support/stage';

type Project = 'promoted' | 'errors' | 'aborted' | 'testers' | 'back' | 'mirror' | 'kept' | 'scaled';

const ROUTE = 'gateway.networking.k8s.io/v1';
const traffic = { router: 'gatewayApi', drainSeconds: 2 } as const;
/** All requests come through the gateway. */
const version: Version = { deployment: deployment({ replicas: 3 }), service: service(0) };

const testerSteps = [
  {
    setHeaderRoute: {
      name: 'testers', match: [{ header: { name: 'x-beta', exact: 'yes' } }, { cookie: { name: 'beta', regex: 'y.s' } }],
    },
  },
  { pause: {} },
  { setWeight: 50 },
  { setHeaderRoute: { name: 'testers' } },
  { pause: {} },
];
/** Of testers, and of others. */
const requests = [
  [{ 'x-beta': 'yes' }, 'v2'],
  [{ cookie: 'a=1; beta=yes; b=2' }, 'v2'],
  [{ 'x-next': 'yes', 'x-beta': 'yes' }, 'v2'],
  [{}, 'v1'],
  [{ 'x-beta': 'no' }, 'v1'],
  [{ cookie: 'xbeta=yes' }, 'v1'],
] as const;

needsGateway('a canary by the weights of a route behind Contour and Envoy', () => {
  const gateway = withGateway();
  const stages = [7, 50].map((weight) => ({ weight, duration: 4, deadline: 60 }));
  const stage = withStage({
    promoted: { ...shortPolicy, traffic, stages },
    errors: { ...shortPolicy, traffic },
    testers: { ...heldPolicy, stages: undefined, traffic, steps: testerSteps },
    mirror: {
      ...heldPolicy, stages: undefined, traffic,
      steps: [{ setMirrorRoute: { name: 'shadow', percentage: 50 } }, { pause: {} }, { setMirrorRoute: { name: 'shadow' } }, { pause: {} }],
    },
    back: { ...heldPolicy, stages: undefined, traffic, steps: testerSteps },
    scaled: { ...shortPolicy, traffic, onFail: 'scaleDownCanary' },
    kept: { ...heldPolicy, traffic: { ...traffic, sessionAffinity: {} }, stages: [{ weight: 50, duration: 3_600 }] },
    aborted: { ...heldPolicy, traffic, stages: [{ weight: 7, duration: 3_600 }] },
  });

  const routeOf = async ({ shop }: Play): Promise<KubeObject> =>
    (await shop.cluster.get({ apiVersion: ROUTE, kind: 'HTTPRoute', namespace: shop.project, name: 'shop' }))!;

  /** Nothing of Alloy is left, and the owner of the route applies it without a conflict. */
  const expectClean = async (play: Play, before: KubeObject): Promise<void> => {
    const { shop } = play;
    const { metadata, spec } = (await routeOf(play)) as KubeObject & { readonly spec: unknown };
    expect(spec).toEqual(before['spec']);
    const managers = (metadata['managedFields'] as ReadonlyArray<{ readonly manager: string }>).map(({ manager }) => manager);
    const keys = Object.keys({ ...metadata.labels, ...metadata.annotations });
    expect([...managers, ...keys].filter((one) => one.includes('alloy'))).toEqual([]);
    expect(await shop.names('Service')).toEqual(['web']);
    const rules = [{ backends: { web: 100 } }, { headers: { 'x-next': 'yes' }, backends: { web: 1 } }];
    const manifest = httpRoute({ namespace: shop.project, name: 'shop', host: `${shop.project}.test`, gateway: gateway().ref, rules });
    await shop.cluster.apply(manifest, { manager: 'test' });
  };

  /** Runs the story on version v1 under load, until only the version `last` answers. */
  const play = async (
    project: Project, last: string, story: (play: Play, load: Load) => Promise<ProofOptions | void>,
  ): Promise<LoadReport> => {
    const one = stage().play(project);
    const { shop } = one;
    await grant(stage(), one, 'gateway-api');
    const host = await behindGateway(gateway(), one, version);
    const before = await routeOf(one);
    let proof: ProofOptions = {};
    const report = await underLoad(gateway(), { host }, async (load) => {
      proof = (await story(one, load)) ?? {};
      await shop.onlyRuns(last, 3);
      expect(await load.next(200)).toMatchObject({ byVersion: { [last]: 200 }, failed: [] });
    });
    await expectClean(one, before);
    await stage().prove(project, proof);
    return report;
  };

  /** The application's requests that the canary's pods have counted. */
  const copied = async (shop: Play['shop']): Promise<number> => {
    const pods = await shop.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: shop.project, labels: 'alloy.dev/track=canary' });
    const pages = pods.map(async (pod) => {
      const { podIP } = pod['status'] as { readonly podIP: string };
      return (await fetch(`http://${podIP}:8080/metrics`)).text();
    });
    return (await Promise.all(pages)).reduce((sum, page) => sum + Number(/http_requests_total\{code="200"\} (\d+)/.exec(page)![1]), 0);
  };

  /** What Envoy does with the two rules of the user's at 50 %. */
  const weighted = [{ web: 50, 'web-canary': 50 }];

  /** Request by request, 20 times each. */
  const answeredByMatch = async (project: string): Promise<void> => {
    const host = `${project}.test`;
    await eventually(async () => expect(await gateway().send({ host, headers: { 'x-beta': 'yes' } })).toMatchObject({ version: 'v2' }));
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(requests.map(([headers]) => gateway().send({ host, headers })));
      expect(answers.map(({ status, version: tag }) => [status, tag])).toEqual(requests.map(([, tag]) => [200, tag]));
    }
  };

  /** One request of each user. */
  const answersTo = (users: readonly CookieJar[], project: string): Promise<readonly (string | undefined)[]> =>
    Promise.all(users.map(async (user) => {
      const { version: tag, headers } = await gateway().send({ host: `${project}.test`, headers: user.headers });
      user.keep(headers['set-cookie'] ?? []);
      return tag;
    }));

  sideBySide(
    {
      'is promoted without a failed request': async () => {
        const { byVersion, failed } = await play('promoted', 'v2', async ({ shop }) => {
          const release = await shop.release('v2', version);
          expect(release).toMatchObject({ status: 'promoted', strategy: 'canary', plan: { router: 'gatewayApi' } });
        });
        expect({ failed, versions: Object.keys(byVersion).sort() }).toEqual({ failed: [], versions: ['v1', 'v2'] });
      },
      'gets exactly the requests of a header route, which a step removes': async () => {
        const { failed } = await play('testers', 'v2', async ({ shop }, load) => {
          const id = await shop.deploy('v2', version);
          await shop.reaches(id, 'pause');
          await answeredByMatch(shop.project);
          expect(await load.next(200)).toMatchObject({ byVersion: { v1: 200 } });
          await shop.want(id, 'promote');
          await shop.until(id, ({ step }) => step?.kind === 'pause' && step.index > 3);
          await gateway().splits(`${shop.project}.test`, weighted);
          const { requests: sent, byVersion } = await load.next(300);
          const hits = byVersion['v2'] ?? 0;
          expect({ hits, plausible: isPlausible({ hits, requests: sent }, 0.5) }).toMatchObject({ plausible: true });
          await shop.want(id, 'promote');
          expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
        });
        expect(failed).toEqual([]);
      },
      // Contour copies all, whatever the percentage.
      'gets copies of the requests of a mirror route, and answers no user': async () => {
        const { byVersion, failed } = await play('mirror', 'v2', async ({ shop }, load) => {
          const id = await shop.deploy('v2', version);
          await shop.reaches(id, 'pause');
          await eventually(async () => expect(await copied(shop)).toBeGreaterThan(0));
          const before = await copied(shop);
          expect(await load.next(300)).toMatchObject({ byVersion: { v1: 300 } });
          await eventually(async () => expect((await copied(shop)) - before).toBeGreaterThanOrEqual(300));
          await shop.want(id, 'promote');
          await shop.until(id, ({ step }) => step?.kind === 'pause' && step.index > 3);
          await eventually(async () => {
            const [first] = [await copied(shop), await load.next(50)];
            expect(await copied(shop)).toBe(first);
          });
          await shop.want(id, 'promote');
          expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
        });
        expect({ failed, versions: Object.keys(byVersion).sort() }).toEqual({ failed: [], versions: ['v1', 'v2'] });
      },
      'loses the requests of a header route in a rollback, without a failed one': async () => {
        const { failed } = await play('back', 'v1', async ({ shop, observer }) => {
          const before = await observer.world();
          const id = await shop.deploy('v2', version);
          await shop.reaches(id, 'pause');
          await answeredByMatch(shop.project);
          const testers = gateway().load({ host: `${shop.project}.test`, headers: { 'x-beta': 'yes' }, rps: 100 });
          expect(await testers.next(100)).toMatchObject({ byVersion: { v2: 100 }, failed: [] });
          await shop.abort(id);
          expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
          expect(await testers.next(100)).toMatchObject({ byVersion: { v1: 100 }, failed: [] });
          expect((await testers.stop()).failed).toEqual([]);
          return { aborted: new Map([[id, before]]) };
        });
        expect(failed).toEqual([]);
      },
      'keeps each user on a version by a cookie, and loses all with a rollback': async () => {
        const { failed } = await play('kept', 'v1', async ({ shop, observer }) => {
          const before = await observer.world();
          const id = await shop.deploy('v2', version);
          await shop.reaches(id, 'analyse');
          const host = `${shop.project}.test`;
          await eventually(async () => expect((await gateway().send({ host })).headers['set-cookie']).toHaveLength(1));
          const users = Array.from({ length: 40 }, () => new CookieJar());
          const first = await answersTo(users, shop.project);
          expect([...new Set(first)].sort()).toEqual(['v1', 'v2']);
          for (let round = 0; round < 20; round += 1) expect(await answersTo(users, shop.project)).toEqual(first);
          await shop.abort(id);
          expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
          expect(await answersTo(users, shop.project)).toEqual(Array(users.length).fill('v1'));
          return { aborted: new Map([[id, before]]) };
        });
        expect(failed).toEqual([]);
      },
      'loses its traffic and its pods for its errors, and waits for a user, whose abort fails no request': async () => {
        const { failed } = await play('scaled', 'v1', async ({ shop, observer }, load) => {
          const id = await shop.deploy('v2-errors', version);
          await shop.until(id, ({ status }) => status === 'held');
          expect(await shop.names('Service')).toEqual(['web']);
          expect(JSON.stringify((await routeOf({ shop, observer }))['spec'])).not.toContain('web-canary');
          expect(await shop.cluster.get(shop.ref('Deployment', 'web-canary'))).toMatchObject({ spec: { replicas: 0 } });
          expect(await load.next(200)).toMatchObject({ byVersion: { v1: 200 }, failed: [] });
          await shop.abort(id);
          expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
        });
        expect(failed.length).toBeGreaterThan(0);
        expect(failed.filter((one) => one.version !== 'v2-errors')).toEqual([]);
      },
      'is rolled back for its errors, and no other request fails': async () => {
        const { failed } = await play('errors', 'v1', async ({ shop }) => {
          expect(await shop.release('v2-errors', version)).toMatchObject({ status: 'rolledBack', reason: { code: 'error_rate' } });
        });
        expect(failed.length).toBeGreaterThan(0);
        expect(failed.filter((one) => one.version !== 'v2-errors')).toEqual([]);
      },
      'gets its weight of 2,000 requests, and is aborted without a failed request': async () => {
        const { failed } = await play('aborted', 'v1', async ({ shop, observer }, load) => {
          const before = await observer.world();
          const id = await shop.deploy('v2', version);
          await shop.reaches(id, 'analyse');
          await gateway().splits(`${shop.project}.test`, [{ web: 93, 'web-canary': 7 }]);
          const { requests, byVersion } = await load.next(2_000);
          const hits = byVersion['v2'] ?? 0;
          expect({ hits, plausible: isPlausible({ hits, requests }, 0.07) }).toMatchObject({ plausible: true });
          await shop.abort(id);
          expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
          return { aborted: new Map([[id, before]]) };
        });
        expect(failed).toEqual([]);
      },
    },
    { atOnce: 2 },
  );
});
