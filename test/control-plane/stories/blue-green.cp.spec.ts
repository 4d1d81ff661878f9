import type { KubeObject } from '@alloy/contracts';
import { shortPolicy } from '../../support/stories';
import type { Version } from '../../support/story';
import { deployment, service } from '../../support/workload';
import { withGateway } from '../gateway/gateway';
import { underLoad } from '../gateway/under-load';
import { rbacObjects } from '../rbac/manifests';
import { needsGateway } from '../support/control-plane';
import { sideBySide } from './support/side-by-side';
import { withStage, type Play, type ProofOptions } from './support/stage';

type Project = 'switched' | 'back';

const RBAC = 'rbac.authorization.k8s.io/v1';
/** All requests come through the gateway. */
const version: Version = { deployment: deployment({ replicas: 3 }), service: service(0) };
const policy = {
  ...shortPolicy, strategy: 'blueGreen', traffic: { router: 'podRatio', drainSeconds: 2 },
  blueGreen: { pause: {}, scaleDownDelaySeconds: 3_600 },
} as const;

interface Service extends KubeObject {
  readonly spec: { readonly selector: Readonly<Record<string, string>> };
}

needsGateway('a blueGreen release behind Contour and Envoy', () => {
  const gateway = withGateway();
  const stage = withStage({ switched: policy, back: policy });

  const grant = async ({ shop }: Play): Promise<void> => {
    for (const object of rbacObjects('blue-green')) {
      const path = `/apis/${RBAC}/namespaces/${shop.project}/${object.kind.toLowerCase()}s`;
      await stage().api.json({ method: 'POST', path, body: object });
    }
  };

  /** Switches v2 under load, then promotes it or aborts it. */
  const play = async (project: Project, ends: 'promote' | 'abort', last: string): Promise<void> => {
    const one = stage().play(project);
    const { shop } = one;
    await grant(one);
    expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted', strategy: 'rollout' });
    const host = `${shop.project}.test`;
    await gateway().setRoute({ namespace: shop.project, name: 'shop', host, rules: [{ backends: { web: 1 } }] });
    await gateway().answers(host);
    const before = await shop.get<Service>('Service');
    let proof: ProofOptions = {};
    const { failed } = await underLoad(gateway(), { host }, async (load) => {
      const world = await one.observer.world();
      const id = await shop.deploy('v2', version);
      if (ends === 'abort') proof = { aborted: new Map([[id, world]]) };
      await shop.reaches(id, 'pause');
      expect(await load.next(100)).toMatchObject({ byVersion: { v1: 100 }, failed: [] });
      await shop.want(id, 'promote');
      await shop.until(id, ({ step, weights }) => step?.kind === 'pause' && weights?.reached === 100);
      expect((await shop.get<Service>('Service')).spec).toEqual({ ...before.spec, selector: { app: 'web-canary' } });
      await (ends === 'promote' ? shop.want(id, 'promote') : shop.abort(id));
      expect(await shop.ended(id)).toMatchObject({ status: ends === 'promote' ? 'promoted' : 'rolledBack', strategy: 'blueGreen' });
      await shop.onlyRuns(last, 3);
      expect(await load.next(200)).toMatchObject({ byVersion: { [last]: 200 }, failed: [] });
    });
    expect(failed).toEqual([]);
    const { metadata, spec } = await shop.get<Service>('Service');
    expect(spec).toEqual(before.spec);
    const managers = (metadata['managedFields'] as ReadonlyArray<{ readonly manager: string }>).map(({ manager }) => manager);
    expect([Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('switch.')), managers.includes('alloy-route')])
      .toEqual([[], false]);
    expect(await shop.names('Service')).toEqual(['web']);
    await stage().prove(project, proof);
  };

  sideBySide(
    {
      'is switched and promoted without a failed request': () => play('switched', 'promote', 'v2'),
      'is switched, and switched back by an abort, without a failed request': () => play('back', 'abort', 'v1'),
    },
    { atOnce: 2 },
  );
});
