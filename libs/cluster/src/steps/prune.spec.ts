import type { Bundle, KubeObject } from '@alloy/contracts';
import type { PlannedState, RunningState } from '@alloy/release';
import type { DesiredOf } from '../desired';
import { desiredCluster } from '../desired-cluster';
import { byKey, type Live } from '../live';
import { outlineOf } from '../outline';
import { bundleOf, nameHash, rollingBack } from '../testing/fixtures';
import { second } from '../testing/scenarios';
import { prune, pruned } from './prune';
import { rollback } from './rollback';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 9 } };
const kinds: Readonly<Record<string, string>> = { CronJob: 'batch/v1', Job: 'batch/v1', ConfigMap: 'v1', Service: 'v1' };
const pods = { template: { spec: { containers: [{ name: 'a', image: 'a:v1' }], restartPolicy: 'Never' } } };
const specs: Readonly<Record<string, object>> = { Job: pods, CronJob: { schedule: '0 3 * * *', jobTemplate: { spec: pods } } };
const manifest = (kind: string, name: string): KubeObject =>
  ({ apiVersion: kinds[kind]!, kind, metadata: { name }, ...(specs[kind] && { spec: specs[kind] }) });
const live = (...objects: readonly KubeObject[]): Live =>
  ({ web: null, canary: null, shared: byKey(objects), copies: new Map(), hpa: null });
/** The object as a release has made it. */
const made = (
  kind: string, name: string, { uid = 'u1', created = 'alloy/1/5', fence = 'alloy/1/5', manager = 'alloy', over = {} } = {},
): KubeObject => ({
  ...manifest(kind, name),
  metadata: {
    name, namespace: 'shop', uid, resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { 'alloy.dev/project': 'shop' }, managedFields: [{ manager, operation: 'Apply', apiVersion: 'v1' }],
    annotations: { 'alloy.dev/fence': fence, 'alloy.dev/created': created, 'alloy.dev/digest': 'd' }, ...over,
  } as KubeObject['metadata'],
});
const planned = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: 'u1' };
const retire = (refused: ReadonlyMap<string, string> = new Map()) => {
  const candidates = [{ ...planned, namespace: 'shop' }];
  return { kind: 'retire', owner, prune: { candidates, refused, deleted: [] } } as unknown as DesiredOf<'retire'>;
};
const left = (why: string) => ({ pruned: { deleted: [], kept: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', why }] } });
const nightly = (over: Parameters<typeof made>[2] = {}) => made('CronJob', 'nightly', over);

describe('after a promotion', () => {
  it('deletes the planned object with the uid and the resourceVersion that were read, also if only its outline is known yet', () => {
    const write = {
      verb: 'delete', ref: { apiVersion: 'batch/v1', kind: 'CronJob', namespace: 'shop', name: 'nightly' }, resourceVersion: '7', uid: 'u1',
      mayBeRefused: true,
    };
    expect(prune(retire(), live(nightly()))).toEqual({ kind: 'write', write });
    // A deletion is always preceded by a live read.
    expect(prune(retire(), live(outlineOf(nightly({ manager: 'kubectl-edit' }))))).toEqual({ kind: 'write', write });
  });

  it.each<[string, KubeObject, ReadonlyMap<string, string> | undefined]>([
    ['kubectl-edit has written to it', nightly({ manager: 'kubectl-edit' }), undefined],
    ['another object has its name since the plan', nightly({ uid: 'u2' }), undefined],
    ['no', nightly(), new Map([['CronJob.batch/nightly', 'no']])],
  ])('leaves it, and lists that %s', (why, object, refused) => {
    expect(prune(retire(refused), live(object))).toBeUndefined();
    expect(pruned(retire(refused), live(object))).toEqual(left(why));
  });

  it('lists as deleted what no longer exists, or whose deletion has begun', () => {
    for (const now of [live(), live(nightly({ over: { deletionTimestamp: '2026-01-01T00:00:00Z' } }))]) {
      expect(prune(retire(), now)).toBeUndefined();
      expect(pruned(retire(), now)).toEqual({ pruned: { deleted: [planned], kept: [] } });
    }
  });

  it('stops if a newer decision has written to it', () =>
    expect(prune(retire(), live(nightly({ fence: 'alloy/3/1' })))).toEqual({ kind: 'stale', object: 'CronJob.batch/nightly' }));
});

describe('a rollback', () => {
  const withObjects = (tag: string, ...objects: readonly KubeObject[]): Bundle =>
    ({ ...bundleOf(tag), objects: [...bundleOf(tag).objects, ...objects] });
  const desired = (stable: Bundle, failed: Bundle, over: Partial<PlannedState> = {}) => {
    const before = rollingBack(second(5), 'promoting', 9);
    const state = { ...before, policy: { ...before.policy, prune: 'alloy' }, ...over } as RunningState;
    return desiredCluster({ installation: 'alloy', state, bundle: failed, stable, nameHash }) as DesiredOf<'rollback'>;
  };
  const [v1, v2] = [bundleOf('v1'), bundleOf('v2')];
  const candidates = (...args: Parameters<typeof desired>) => desired(...args).prune.candidates.map(({ kind, name }) => `${kind} ${name}`);

  it('creates again what its release may have deleted, but no Job, and nothing else that is absent', () => {
    const stable = withObjects('v1', manifest('Job', 'seed'), manifest('CronJob', 'nightly'), manifest('ConfigMap', 'absent'));
    const before = rollingBack(second(5), 'promoting', 9);
    const objects = [{ ...planned, kind: 'Job', name: 'seed' }, planned];
    const wanted = desired(stable, v2, { plan: { ...before.plan, prune: { objects, kept: [] } } });
    const copies = byKey(wanted.revision!.copies);
    expect(rollback(wanted, { ...live(), copies })).toMatchObject({
      kind: 'write', write: { verb: 'create', object: { kind: 'CronJob', metadata: { name: 'nightly' } } },
    });
    expect(rollback(wanted, { ...live(nightly({ fence: 'alloy/2/9' })), copies })).toMatchObject({
      write: { verb: 'apply' },
    });
    expect(rollback({ ...wanted, deletedByRelease: new Set() }, { ...live(), copies })).toMatchObject({
      write: { verb: 'create', object: { kind: 'Deployment' } },
    });
  });

  it('deletes only what its release has created and the stable version does not have', () => {
    const wanted = desired(v1, withObjects('v2', manifest('CronJob', 'nightly')));
    expect(candidates(v1, withObjects('v2', manifest('CronJob', 'nightly')))).toEqual(['CronJob nightly']);
    expect(prune(wanted, live(nightly({ created: 'alloy/2/3' })))).toMatchObject({ write: { verb: 'delete', uid: 'u1' } });
    // An earlier release created it, so nothing is said about it.
    expect([prune(wanted, live(nightly())), pruned(wanted, live(nightly()))]).toEqual([undefined, undefined]);
    const edited = nightly({ created: 'alloy/2/3', manager: 'kubectl-edit' });
    expect(pruned(wanted, live(edited))).toEqual(left('kubectl-edit has written to it'));
  });

  it('deletes nothing if the policy keeps all, or the plan was made before there was a choice', () => {
    const { policy } = rollingBack(second(5), 'promoting', 9);
    for (const key of ['none', undefined] as const)
      expect(candidates(v1, withObjects('v2', manifest('CronJob', 'nightly')), { policy: { ...policy, prune: key } })).toEqual([]);
  });
});
