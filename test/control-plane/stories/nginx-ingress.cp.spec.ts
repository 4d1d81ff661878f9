import type { KubeObject } from '@alloy/contracts';
import { heal } from '../../support/healing-tool';
import { ingressContent, ingressExample } from '../../support/ingress-example';
import { shortPolicy } from '../../support/stories';
import { deployment, service } from '../../support/workload';
import { grant } from './support/behind-gateway';
import { sideBySide } from './support/side-by-side';
import { withStage, type Play } from './support/stage';

const INGRESS = 'networking.k8s.io/v1';
const version = { deployment: deployment({ replicas: 3 }), service: service(0) };
const match = [{ header: { name: 'x-beta', exact: 'yes' } }, { cookie: { name: 'beta', exact: 'always' } }];
const { stages: _stages, ...limits } = shortPolicy;
const policy = {
  ...limits,
  traffic: { router: 'nginxIngress' as const, drainSeconds: 2 },
  steps: [
    { setHeaderRoute: { name: 'testers', match } }, { setWeight: 7.5 }, { pause: {} },
    { setHeaderRoute: { name: 'testers' } }, { setWeight: 50 },
  ],
};

/** No controller runs: what the API server stores is compared with the example, and the record is judged. */
describe('a canary by a canary Ingress on a real API server', () => {
  const stage = withStage({ promoted: policy, aborted: policy, healed: policy });

  const ingressOf = ({ shop }: Play, name = 'shop'): Promise<KubeObject | undefined> =>
    shop.cluster.get({ apiVersion: INGRESS, kind: 'Ingress', namespace: shop.project, name });

  /** Makes v1 stable, with the permissions of the router. */
  async function withStable(play: Play): Promise<KubeObject> {
    await grant(stage(), play, 'nginx-ingress');
    await play.shop.create(ingressExample('ingress'));
    expect(await play.shop.release('v1', version)).toMatchObject({ status: 'promoted' });
    return (await ingressOf(play))!;
  }
  /** Releases v2 until its pause, and compares the canary Ingress with the example. */
  async function paused(play: Play): Promise<string> {
    const id = await play.shop.deploy('v2', version);
    await play.shop.reaches(id, 'pause');
    expect((await play.shop.look(id)).weights).toEqual({ asked: 7.5, reached: 7.5 });
    expect(ingressContent((await ingressOf(play, 'web-canary'))!)).toEqual(ingressExample('canary-ingress'));
    return id;
  }
  async function expectClean({ shop }: Play): Promise<void> {
    expect(await shop.names('Ingress')).toEqual(['shop']);
    expect(await shop.names('Service')).not.toContain('web-canary');
  }

  sideBySide({
    'is promoted, and leaves nothing': async () => {
      const play = stage().play('promoted');
      const before = await withStable(play);
      await play.shop.want(await paused(play), 'promote', { full: true });
      await play.shop.onlyRuns('v2', 3);
      await expectClean(play);
      expect(await ingressOf(play)).toEqual(before);
      await stage().prove('promoted');
    },
    'is aborted, and leaves nothing': async () => {
      const play = stage().play('aborted');
      const before = await withStable(play);
      const id = await paused(play);
      await play.shop.abort(id);
      expect(await play.shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
      await play.shop.onlyRuns('v1', 3);
      await expectClean(play);
      expect(await ingressOf(play)).toEqual(before);
    },
    'is promoted while a tool restores the user\'s Ingress': async () => {
      const play = stage().play('healed');
      const { shop } = play;
      await withStable(play);
      const manifest = ingressExample('ingress');
      const stop = heal(shop, { ...manifest, metadata: { ...manifest.metadata, namespace: shop.project } });
      try {
        const id = await paused(play);
        await shop.want(id, 'promote');
        expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
      } finally {
        await stop();
      }
      await expectClean(play);
    },
  });
});
