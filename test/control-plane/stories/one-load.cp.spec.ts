import { shortPolicy } from '../../support/stories';
import type { Version } from '../../support/story';
import { deployment, service } from '../../support/workload';
import type { LoadReport } from '../gateway/counts';
import { withGateway } from '../gateway/gateway';
import { underLoad } from '../gateway/under-load';
import { needsGateway } from '../support/control-plane';
import { behindGateway, grant } from './support/behind-gateway';
import { withStage, type Play } from './support/stage';

const limits = { progressDeadline: 60, analysis: { minRequests: 25 } };
/** Both projects together have 200 requests per second and 20,000 requests. */
const LOAD = { rps: 100, atLeast: 10_000 };
const BOUND_MS = 480_000;
/** All requests come through the gateway. */
const version: Version = { deployment: deployment({ replicas: 3 }), service: service(0) };

needsGateway('20,000 requests to releases that shift, promote and abort', () => {
  const gateway = withGateway();
  const stage = withStage({
    weights: {
      ...shortPolicy, traffic: { router: 'gatewayApi', drainSeconds: 2 },
      stages: [7, 50].map((weight) => ({ weight, duration: 8, deadline: 60 })),
    },
    switched: {
      ...limits, strategy: 'blueGreen', traffic: { router: 'podRatio', drainSeconds: 2 },
      blueGreen: { postSwitchAnalysis: { duration: 4, deadline: 60, mode: 'health' }, scaleDownDelaySeconds: 8 },
    },
  });

  /** Promotes v2, and aborts v3 when it is in a step of this kind; returns the results of all requests meanwhile. */
  const releases = async (project: 'weights' | 'switched', strategy: 'canary' | 'blueGreen', middle: string): Promise<LoadReport> => {
    const one: Play = stage().play(project);
    const { shop, observer } = one;
    await grant(stage(), one, project === 'weights' ? 'gateway-api' : 'blue-green');
    const host = await behindGateway(gateway(), one, version);
    let aborted = '';
    let before = await observer.world();
    const report = await underLoad(gateway(), { host, ...LOAD }, async (load) => {
      expect(await shop.release('v2', version)).toMatchObject({ status: 'promoted', strategy });
      await shop.onlyRuns('v2', 3);
      before = await observer.world();
      aborted = await shop.deploy('v3', version);
      await shop.until(aborted, ({ step, weights }) => step?.kind === middle && (weights?.reached ?? 0) > 0);
      await load.next(200);
      await shop.abort(aborted);
      expect(await shop.ended(aborted)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
      await shop.onlyRuns('v2', 3);
    });
    await stage().prove(project, { aborted: new Map([[aborted, before]]) });
    return report;
  };

  it('by the weights of a route and by a switch of the Service and back: none fails', async () => {
    const reports = await Promise.all([releases('weights', 'canary', 'analyse'), releases('switched', 'blueGreen', 'pause')]);
    expect(reports.flatMap(({ failed }) => failed)).toEqual([]);
    expect(reports.map(({ byVersion }) => Object.keys(byVersion).sort())).toEqual([['v1', 'v2', 'v3'], ['v1', 'v2', 'v3']]);
    expect(reports.reduce((sum, { requests }) => sum + requests, 0)).toBeGreaterThanOrEqual(20_000);
  }, BOUND_MS);
});
