import type { KubeObject } from '@alloy/contracts';
import { yamlIn } from '../../support/guide-yaml';
import { heldPolicy } from '../../support/stories';
import type { Version } from '../../support/story';
import { deployment, service } from '../../support/workload';
import { withRouteDefinitions } from '../routes/definitions';
import { grant } from './support/behind-gateway';
import { sideBySide } from './support/side-by-side';
import { withStage, type Play } from './support/stage';

type Router = 'istio' | 'traefik' | 'smi';
type Backends = Readonly<Record<string, unknown>>;

/** No proxy sends requests: only the objects are compared. */
const version: Version = { deployment: deployment({ replicas: 2 }), service: service(0) };
const steps = [{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { pause: {} }];
const policyOf = (router: Router) => ({ ...heldPolicy, stages: undefined, steps, traffic: { router, drainSeconds: 1 } });

/** The user's object is that of the router's guide; what a release changes in it, with these weights. */
const routers: Readonly<Record<Router, (stable: number, canary: number) => Backends>> = {
  istio: (stable, canary) => {
    const to = (host: string, weight: number) => ({ destination: { host, port: { number: 80 } }, weight });
    const docs = { name: 'docs', route: [{ destination: { host: 'docs' } }] };
    return { http: [{ name: 'primary', timeout: '5s', route: [to('web', stable), to('web-canary', canary)] }, docs] };
  },
  traefik: (stable, canary) =>
    ({ weighted: { services: [{ name: 'web', port: 80, weight: stable }, { name: 'web-canary', port: 80, weight: canary }] } }),
  smi: (stable, canary) => ({ backends: [{ service: 'web', weight: stable }, { service: 'web-canary', weight: canary }] }),
};
/** A rule with a weight of 100 and no other backend has 100 times that. */
const factorOf = (router: Router): number => (router === 'smi' ? 100 : 1);

const kinds: ReadonlySet<unknown> = new Set(['VirtualService', 'TraefikService', 'TrafficSplit']);
const manifestOf = (router: Router): KubeObject => yamlIn(router).find(({ kind }) => kinds.has(kind)) as unknown as KubeObject;

describe('a canary by the weights of a route without a proxy', () => {
  withRouteDefinitions();
  const stage = withStage({ istio: policyOf('istio'), traefik: policyOf('traefik'), smi: policyOf('smi') });

  const play = async (router: Router): Promise<void> => {
    const one: Play = stage().play(router);
    const { shop } = one;
    await grant(stage(), one, router);
    const manifest = manifestOf(router);
    const { apiVersion, kind, metadata: { name } } = manifest;
    const object = { ...manifest, metadata: { name, namespace: shop.project } };
    const owner = { manager: 'owner', force: false };
    await shop.cluster.apply(object, owner);
    const live = async (): Promise<KubeObject & { readonly spec: Backends }> =>
      (await shop.cluster.get({ apiVersion, kind, namespace: shop.project, name }))! as never;
    const before = await live();

    const expectWeights = async (percent: number): Promise<void> => {
      const [factor, changed] = [factorOf(router), routers[router]];
      expect((await live()).spec).toEqual({ ...before.spec, ...changed((100 - percent) * factor, percent * factor) });
    };
    const atWeight = (id: string, percent: number) =>
      shop.until(id, ({ step, weights }) => step?.kind === 'pause' && weights?.reached === percent);
    /** As before to the byte, except for what each write changes; its owner applies it without a conflict. */
    const expectClean = async (): Promise<void> => {
      const content = ({ metadata: { resourceVersion: _r, generation: _g, managedFields: _m, ...metadata }, ...rest }: KubeObject) =>
        JSON.stringify({ ...rest, metadata });
      const after = await live();
      expect(content(after)).toBe(content(before));
      const managers = (after.metadata['managedFields'] ?? []) as ReadonlyArray<{ readonly manager: string }>;
      expect(managers.filter(({ manager }) => manager.includes('alloy'))).toEqual([]);
      await shop.cluster.apply(object, owner);
      expect(await shop.names('Service')).toEqual(['web']);
    };

    expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted' });
    const aborted = await shop.deploy('v2', version);
    expect(await atWeight(aborted, 20)).toMatchObject({ plan: { router, traffic: { route: { apiVersion, kind, name }, service: 'web' } } });
    await expectWeights(20);
    await shop.abort(aborted);
    expect(await shop.ended(aborted)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
    await shop.onlyRuns('v1', 2);
    await expectClean();

    const promoted = await shop.deploy('v3', version);
    for (const percent of [20, 50]) {
      await atWeight(promoted, percent);
      await expectWeights(percent);
      await shop.want(promoted, 'promote');
    }
    expect(await shop.ended(promoted)).toMatchObject({ status: 'promoted', strategy: 'canary' });
    await shop.onlyRuns('v3', 2);
    await expectClean();
    await stage().prove(router);
  };

  sideBySide({
    'has its weight in a VirtualService of Istio, which is in the end as before': () => play('istio'),
    'has its weight in a TraefikService, which is in the end as before': () => play('traefik'),
    'has its weight in a TrafficSplit of SMI, which is in the end as before': () => play('smi'),
  });
});
