import { shortPolicy } from '../../support/stories';
import type { Version } from '../../support/story';
import { deployment, service } from '../../support/workload';
import { withGateway } from '../gateway/gateway';
import { underLoad } from '../gateway/under-load';
import { rbacObjects } from '../rbac/manifests';
import { needsGateway } from '../support/control-plane';
import { withStage } from './support/stage';

const RBAC = 'rbac.authorization.k8s.io/v1';
/** All requests come through the gateway. */
const version: Version = { deployment: deployment({ replicas: 3 }), service: service(0) };

needsGateway('a canary with pods of its own, beside a stable that shrinks, behind Contour and Envoy', () => {
  const gateway = withGateway();
  const { stages: _stages, ...limits } = shortPolicy;
  const stage = withStage({
    scaled: {
      ...limits,
      traffic: { router: 'gatewayApi', drainSeconds: 2 },
      steps: [{ setCanaryScale: { replicas: 2 } }, { pause: {} }, { setWeight: 50 }, { pause: {} }],
      canary: {
        dynamicStableScale: true,
        abortScaleDownDelaySeconds: 3,
        maxSurge: 1,
        canaryMetadata: { labels: { role: 'canary' }, env: { TRACK: 'canary' } },
        antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 1 } },
      },
    },
  });

  it('gets no request before its weight, is aborted and then promoted, and no request fails', async () => {
    const { shop } = stage().play('scaled');
    for (const object of rbacObjects('gateway-api')) {
      const path = `/apis/${RBAC}/namespaces/${shop.project}/${object.kind.toLowerCase()}s`;
      await stage().api.json({ method: 'POST', path, body: object });
    }
    expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted' });
    const host = `${shop.project}.test`;
    await gateway().setRoute({ namespace: shop.project, name: 'shop', host, rules: [{ backends: { web: 1 } }] });
    await gateway().splits(host, [{ web: 100 }]);
    await gateway().answers(host);
    const tracks = async () => (await shop.pods()).filter(({ ready }) => ready).map(({ track }) => track).sort();
    const { failed } = await underLoad(gateway(), { host }, async (load) => {
      const first = await shop.deploy('v2', version);
      const { plan } = await shop.reaches(first, 'pause');
      const canary = (await shop.pods()).filter(({ track }) => track === 'canary');
      expect(canary.map(({ ready, env, object }) => [ready, env[0]?.value, object.metadata.labels!['role']])).toEqual([
        [true, 'canary', 'canary'], [true, 'canary', 'canary'],
      ]);
      expect(canary[0]!.object['spec']).toMatchObject({ affinity: { podAntiAffinity: {} } });
      expect((await load.next(200)).byVersion).toEqual({ v1: 200 });
      await shop.want(first, 'promote');
      const last = plan!.steps.findLastIndex(({ kind }) => kind === 'pause');
      await shop.until(first, ({ step }) => step?.index === last);
      expect(await tracks()).toEqual(['canary', 'canary', 'stable', 'stable']);
      await gateway().splits(host, [{ web: 50, 'web-canary': 50 }]);
      await shop.abort(first);
      expect(await shop.ended(first)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
      await shop.onlyRuns('v1', 3);
      const second = await shop.deploy('v3', version);
      await shop.reaches(second, 'pause');
      await shop.want(second, 'promote', { full: true });
      expect(await shop.ended(second)).toMatchObject({ status: 'promoted' });
      await shop.onlyRuns('v3', 3);
      expect(await load.next(200)).toMatchObject({ byVersion: { v3: 200 }, failed: [] });
    });
    expect(failed).toEqual([]);
    await stage().prove('scaled');
  });
});
