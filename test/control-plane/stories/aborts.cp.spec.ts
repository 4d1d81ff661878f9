import type { StepKind } from '@alloy/release';
import type { World } from '../../observer/revision';
import { heldPolicy, shortPolicy } from '../../support/stories';
import { needsPods } from '../support/control-plane';
import { withStage } from './support/stage';
import { sideBySide } from './support/side-by-side';

type Effect = Exclude<
  StepKind, 'analyse' | 'pause' | 'handBack' | 'setHeaderRoute' | 'setMirrorRoute' | 'setPartition' | 'scaleBaseline'
>;

/** The characteristic write of each step; the proxy holds it while a user aborts the release. */
const writes: Readonly<Record<Effect, RegExp>> = {
  apply: /^POST .*\/deployments\?/,
  scaleCanary: /^PUT .*\/deployments\/web-canary\/scale\?/,
  shiftTraffic: /^PUT .*\/deployments\/web\/scale\?/,
  // Server-side apply with force; a fencing annotation is a merge patch.
  promote: /^PATCH .*\/deployments\/web\?.*force=true/,
  retire: /^DELETE .*\/deployments\/web-canary$/,
};

const stage = withStage({
  apply: shortPolicy,
  scalecanary: shortPolicy,
  shifttraffic: shortPolicy,
  analyse: heldPolicy,
  promote: shortPolicy,
  retire: shortPolicy,
  idle: shortPolicy,
});
type Lane = Parameters<ReturnType<typeof stage>['play']>[0];

const rolledBackByAbort = { status: 'rolledBack', reason: { code: 'aborted', text: expect.stringContaining('changed my mind') } };

/** The write of the step reaches the API server after the abort has been recorded. */
const abortedAt = (kind: Effect) => async (): Promise<void> => {
  const lane = kind.toLowerCase() as Lane;
  const { shop, observer } = stage().play(lane);
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const before = await observer.world();
  const held = stage()
    .installation.api('executor')
    .hold((method, path) => path.includes(`/namespaces/${shop.project}/`) && writes[kind].test(`${method} ${path}`));
  const id = await shop.deploy('v2');
  const tooEarly = shop
    .ended(id)
    .then(({ status, reason }) => Promise.reject(new Error(`it is ${status} before ${kind} writes: ${reason?.text}`)));
  const write = await Promise.race([held, tooEarly]);
  expect((await shop.look(id)).step?.kind).toBe(kind);
  await shop.abort(id);
  await shop.until(id, ({ status }) => status === 'rollingBack');
  await write.release();
  expect(await shop.ended(id)).toMatchObject(rolledBackByAbort);
  await shop.onlyRuns('v1');
  await stage().prove(lane, { aborted: new Map([[id, before]]) });
};

/** With an autoscaler, which must not scale afterwards. */
async function abortedWhileObserved(): Promise<void> {
  const { shop, observer } = stage().play('analyse');
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 4 };
  const hpa = { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec };
  await stage().api.json({ method: 'POST', path: `/apis/autoscaling/v1/namespaces/${shop.project}/horizontalpodautoscalers`, body: hpa });
  const before = await observer.world();
  const id = await shop.deploy('v2');
  await shop.reaches(id, 'analyse');
  await shop.abort(id);
  expect(await shop.ended(id)).toMatchObject(rolledBackByAbort);
  await shop.onlyRuns('v1');
  expect((await observer.world()).has('HorizontalPodAutoscaler/web')).toBe(true);
  await stage().prove('analyse', { aborted: new Map([[id, before]]) });
}

/** The spec of each object; controllers may still update the status. */
const specsOf = (world: World) =>
  [...world.values()].flatMap((object) =>
    'spec' in object ? [{ kind: object.kind, uid: object.metadata.uid, spec: object['spec'] }] : [],
  );

/** The executor's writes without its Kubernetes Events. */
const writesIn = (project: string) =>
  stage().requests.filter(({ namespace, method, object }) => namespace === project && method !== 'GET' && !object.startsWith('Event/'));

async function abortedTooLate(): Promise<void> {
  const { shop, observer } = stage().play('idle');
  const { id } = await shop.release('v1');
  await shop.onlyRuns('v1');
  const found = async () => ({ objects: specsOf(await observer.world()), writes: writesIn(shop.project) });
  const before = await found();
  await expect(shop.abort(id)).rejects.toThrow('409');
  expect(await found()).toEqual(before);
  await stage().prove('idle', { idle: ['P1', 'P15'] });
}

needsPods('an abort by a user', () => {
  sideBySide({
    ...Object.fromEntries(
      (Object.keys(writes) as Effect[]).map((kind) => [
        `while the write of ${kind} is pending restores the previous state`,
        abortedAt(kind),
      ]),
    ),
    'while the canary is observed restores the previous state': abortedWhileObserved,
    'of a finished release is refused, and the executor writes nothing': abortedTooLate,
  });
});
