import { isReady, perform } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { Admit } from '@alloy/playground';
import { isRunning, type Payloads, type State } from '@alloy/release';
import { degraded } from '@alloy/release/testing';
import { eventually } from '../../../test/support/eventually';
import { NAMESPACE, shop, World } from './testing/world';

const at = (kind: string) => (state: State): boolean => isRunning(state) && state.current?.spec.kind === kind;

describe('executor, on a real Postgres, a real nats-server and the playground', () => {
  let world: World;

  beforeEach(async () => {
    world = new World();
    await world.open();
  });
  afterEach(() => world.close());

  const kubectlApplied = async (): Promise<KubeObject> => {
    for (const object of shop('v0', 3, { env: [{ name: 'DROPPED', value: 'later' }] }).objects) {
      await world.cluster.create(object, 'kubectl-client-side-apply');
    }
    return eventually(async () => {
      expect((await world.live()).web?.ready).toBe(3);
      return (await world.get('Deployment', 'web', 'apps/v1'))!;
    });
  };
  const podNames = async (): Promise<string[]> => (await world.cluster.list({
    apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE,
  })).filter(isReady).map(({ metadata }) => metadata.name);

  it('carries out a first release with its copies, shared objects and pods', async () => {
    await world.startExecutor();
    await world.request('R1', shop('v1'));
    expect((await world.play('R1')).status).toBe('promoted');
    expect((await world.live()).web).toMatchObject({ replicas: 3, ready: 3, byRelease: [{ release: 'R1' }] });
    const [applied, retired] = await world.dataOf<Payloads['ManifestsApplied']>('R1', 'ManifestsApplied');
    expect(applied!.objects.map(({ kind, action }) => `${kind} ${action}`)).toEqual([
      'ConfigMap created', 'Secret created', 'Service created', 'ConfigMap created', 'Secret created',
    ]);
    expect(retired!.objects.every(({ action }) => action === 'unchanged')).toBe(true);
    expect(JSON.stringify(await world.events('R1'))).not.toContain('czNjcmV0');
  });

  it('releases the next version as a canary, then gives it all pods', async () => {
    await world.startExecutor();
    await world.request('R1', shop('v1'));
    await world.play('R1');
    await world.request('R2', shop('v2'));
    expect((await world.play('R2')).status).toBe('promoted');
    const shifts = await world.dataOf<Payloads['TrafficShifted']>('R2', 'TrafficShifted');
    expect(shifts.map(({ canaryReady, stableReady, reached }) => [canaryReady, stableReady, reached])).toEqual([[1, 3, 25], [2, 2, 50]]);
    expect(await world.canary()).toBeUndefined();
    expect((await world.live()).web).toMatchObject({ replicas: 3, ready: 3, byRelease: [{ release: 'R2' }] });
    expect(await world.get('ConfigMap', 'settings')).toMatchObject({ data: { COLOUR: 'v2' } });
  });

  it('requests the metrics pages of the stable pods for a canary whose policy leaves the analysis mode to Alloy', async () => {
    await world.startExecutor();
    await world.request('R1', shop('v1'));
    await world.play('R1');
    expect((await world.dataOf<Payloads['TargetInspected']>('R1', 'TargetInspected'))[0]).not.toHaveProperty('metrics');
    await world.request('R2', shop('v2'));
    await world.play('R2', at('apply'));
    const [{ metrics }] = (await world.dataOf<Payloads['TargetInspected']>('R2', 'TargetInspected')) as [Payloads['TargetInspected']];
    expect(metrics).toHaveLength(3);
    for (const probe of metrics!) expect(probe).toMatchObject({
      result: 'requests',
      port: 8080,
      path: '/metrics',
      status: 200,
      row: 'http-requests',
      detail: 'counts requests in http_requests_total (port 8080, /metrics)',
    });
    expect(await world.dataOf('R2', 'ReleasePlanned')).toMatchObject([
      { analysis: { mode: 'metrics', reason: { code: 'request_metrics_found' } } },
    ]);
  });

  it('requests no metrics page if the policy names the analysis mode', async () => {
    await world.policy({ analysis: { mode: 'metrics', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 } });
    await world.startExecutor();
    await world.request('R1', shop('v1'));
    await world.play('R1');
    await world.request('R2', shop('v2'));
    await world.play('R2', at('apply'));
    expect((await world.dataOf<Payloads['TargetInspected']>('R2', 'TargetInspected'))[0]).not.toHaveProperty('metrics');
    expect((await world.dataOf<Payloads['ReleasePlanned']>('R2', 'ReleasePlanned'))[0]).not.toHaveProperty('analysis');
  });

  it('rolls back without a restart of a stable pod', async () => {
    await world.startExecutor();
    await world.request('R1', shop('v1'));
    await world.play('R1');
    await world.request('R2', shop('v2'));
    const state = await world.play('R2', at('analyse'));
    const before = (await podNames()).filter((name) => !name.includes('canary'));
    await world.append('R2', degraded('CrashLoopBackOff')(state));
    expect((await world.play('R2')).status).toBe('rolledBack');
    expect(await podNames()).toEqual(expect.arrayContaining(before));
    expect((await world.live()).web).toMatchObject({ replicas: 3, ready: 3, byRelease: [{ release: 'R1' }] });
    expect(await world.canary()).toBeUndefined();
    expect(await world.get('ConfigMap', 'settings')).toMatchObject({ data: { COLOUR: 'v1' } });
  });

  it('adopts what kubectl applied without a restart, releases over it, and removes the fields that the new manifest lacks', async () => {
    const found = await kubectlApplied();
    const before = await podNames();
    await world.startExecutor();
    await world.request('R1', shop('v1', null));
    await world.play('R1', at('apply'));
    expect((await world.get('Deployment', 'web', 'apps/v1'))!.metadata.generation).toBe(found.metadata.generation);
    expect((await podNames()).sort()).toEqual(before.sort());
    expect(await world.dataOf<Payloads['StableAdopted']>('R1', 'StableAdopted')).toMatchObject([
      { stable: { releaseId: null, imageTag: 'v0' } },
    ]);
    expect(await world.dataOf('R1', 'TargetInspected')).toMatchObject([{ exists: true, owner: 'unowned', replicas: 3, refusal: null }]);
    expect((await world.play('R1')).status).toBe('promoted');
    const web = (await world.live()).web!;
    expect(web).toMatchObject({ replicas: 3, ready: 3 });
    expect(web.object.spec.template.spec.containers[0]!.env!.map(({ name }) => name)).toEqual(['KEY']);
  });

  it('rolls back to the version that it adopted', async () => {
    await kubectlApplied();
    const before = (await world.live()).web!.object.spec.template;
    await world.startExecutor();
    await world.request('R1', shop('v1-slow', null));
    const state = await world.play('R1', at('promote'));
    await eventually(async () => expect((await world.live()).web!.byRelease.map(({ release }) => release)).toContain('R1'));
    await world.append('R1', degraded('ImagePullBackOff')(state));
    expect((await world.play('R1')).status).toBe('rolledBack');
    const web = (await world.live()).web!;
    expect(web.object.spec.template).toEqual(before);
    expect(web).toMatchObject({ replicas: 3, ready: 3, byRelease: [{ release: null }] });
  });

  it('rejects a change that it cannot carry out before it writes anything', async () => {
    await world.startExecutor();
    await world.request('R1', shop('v1'));
    await world.play('R1');
    const web = (await world.get('Deployment', 'web', 'apps/v1'))!;
    await world.request('R2', shop('v2', 3, { targetPort: 9090 }));
    const state = await world.play('R2');
    expect(state).toMatchObject({ status: 'rejected', reason: { code: 'service_change_needs_blue_green' } });
    expect((await world.get('Deployment', 'web', 'apps/v1'))!.metadata.generation).toBe(web.metadata.generation);
  });

  describe('with an admission webhook that denies what it did not deny at the inspection', () => {
    const deny = (kind: string): Admit => {
      let asked = 0;
      return ({ kind: written, subresource, dryRun }) => {
        if (written !== kind || subresource !== undefined || dryRun) return undefined;
        asked += 1;
        if (asked > 20) throw new Error('the executor repeats the write without end');
        return { webhook: 'policy.example', message: `no ${kind} with czNjcmV0 or s3cret ${'x'.repeat(1_000)}` };
      };
    };
    const denied = {
      code: 'admission_denied', text: expect.stringContaining('admission webhook "policy.example" denied the request: no '),
    };

    it('fails a first release with the webhook\'s reason, without the value of a Secret', async () => {
      world.admit = deny('Secret');
      await world.startExecutor();
      await world.request('R1', shop('v1'));
      expect(await world.play('R1')).toMatchObject({ status: 'failed', reason: { code: 'admission_denied' } });
      const failures = await world.dataOf<Payloads['EffectFailed']>('R1', 'EffectFailed');
      expect(failures[0]).toMatchObject({ refusal: denied });
      expect(failures[0]!.refusal.text.length).toBeLessThan(400);
      expect(JSON.stringify(await world.events('R1'))).not.toMatch(/czNjcmV0|s3cret/);
    });

    it('rolls back a release whose canary is denied, and changes no stable pod', async () => {
      await world.startExecutor();
      await world.request('R1', shop('v1'));
      await world.play('R1');
      const [web, pods] = [await world.get('Deployment', 'web', 'apps/v1'), await podNames()];
      const no = deny('Deployment');
      world.admit = (review) => (review.name === 'web-canary' ? no(review) : undefined);
      await world.request('R2', shop('v2'));
      expect(await world.play('R2')).toMatchObject({ status: 'rolledBack', reason: { code: 'admission_denied' } });
      expect(await world.dataOf('R2', 'EffectFailed')).toMatchObject([{ refusal: denied }]);
      expect(await podNames()).toEqual(pods);
      expect((await world.get('Deployment', 'web', 'apps/v1'))!.metadata.generation).toBe(web!.metadata.generation);
      expect(await world.get('ConfigMap', 'settings')).toMatchObject({ data: { COLOUR: 'v1' } });
    });

    it('rolls back a release whose canary passed but whose promotion is denied, and keeps the stable version', async () => {
      await world.startExecutor();
      await world.request('R1', shop('v1'));
      await world.play('R1');
      await world.request('R2', shop('v2'));
      await world.play('R2', at('analyse'));
      world.admit = ({ name, kind, object }) => (kind === 'Deployment' && name === 'web' && JSON.stringify(object).includes('shop:v2') ? {
        webhook: 'policy.example', message: 'no v2', code: 403,
      } : undefined);
      expect(await world.play('R2')).toMatchObject({ status: 'rolledBack', reason: { code: 'admission_denied' } });
      expect((await world.live()).web).toMatchObject({ replicas: 3, ready: 3, byRelease: [{ release: 'R1' }] });
      expect(await world.canary()).toBeUndefined();
    });
  });

  it.each([
    'Invalid', 'Forbidden',
  ] as const)('rejects a release that a ValidatingAdmissionPolicy denies as %s with the policy\'s name and message', async (reason) => {
    world.admit = ({ name }) => (name === 'web' ? {
      policy: 'signed-images', binding: 'signed-images-shop', message: 'image shop:v1 is not signed', reason,
    } : undefined);
    await world.startExecutor();
    await world.request('R1', shop('v1'));
    const text = expect.stringMatching(
      /: ValidatingAdmissionPolicy 'signed-images' with binding 'signed-images-shop' denied request: image shop:v1 is not signed$/,
    );
    expect(await world.play('R1')).toMatchObject({ status: 'rejected', reason: { code: 'admission_denied', text } });
    expect(await world.dataOf('R1', 'TargetInspected')).toMatchObject([{ refusal: { code: 'admission_denied', text } }]);
  });

  it('records each effect once with two executors', async () => {
    await Promise.all([world.startExecutor(), world.startExecutor()]);
    await world.request('R1', shop('v1'));
    await world.play('R1');
    await world.request('R2', shop('v2'));
    expect((await world.play('R2')).status).toBe('promoted');
    for (const release of ['R1', 'R2']) {
      const outcomes = (await world.events(release)).filter(({ family }) => family === 'outcome');
      expect(new Set(outcomes.map(({ type, data }) => `${type} ${String((data as { decision?: number }).decision)}`)).size)
        .toBe(outcomes.length);
    }
  });

  it('gets a refusal from the API server for writes that it held back beyond a newer decision', async () => {
    await world.startExecutor();
    await world.request('R1', shop('v1'));
    await world.play('R1');
    await world.request('R2', shop('v2'));
    const state = await world.play('R2', at('shiftTraffic'));
    const held = await world.heldWrites(state);
    await world.append('R2', degraded('CrashLoopBackOff')(await world.state('R2')));
    expect((await world.play('R2')).status).toBe('rolledBack');
    const web = await world.get('Deployment', 'web', 'apps/v1');
    for (const write of held) {
      await expect(perform(world.cluster, write)).rejects.toMatchObject({ code: expect.stringMatching(/^(conflict|not_found|invalid)$/) });
    }
    expect(held).toHaveLength(5);
    expect(await world.canary()).toBeUndefined();
    expect((await world.get('Deployment', 'web', 'apps/v1'))!.metadata.generation).toBe(web!.metadata.generation);
  });

  it('continues where a stopped executor left off', async () => {
    const first = await world.startExecutor();
    await world.request('R1', shop('v1'));
    await world.play('R1', at('promote'));
    await first.close();
    await world.startExecutor();
    expect((await world.play('R1')).status).toBe('promoted');
  });

  it('is ready with its servers, and does not start with an invalid master key or kubeconfig', async () => {
    const service = await world.startExecutor();
    expect((await fetch(`http://127.0.0.1:${service.port}/readyz`)).status).toBe(200);
    await expect(world.startExecutor({ ALLOY_MASTER_KEY: 'short' })).rejects.toMatchObject({ code: 'bad_master_key' });
    await expect(world.startExecutor({ ALLOY_KUBECONFIG: '/nowhere/kubeconfig' })).rejects.toMatchObject({ code: 'cluster_access' });
  });
});
