import type { RunningState } from '@alloy/release';
import type { Deployment } from '../json';
import type { Fields, ManagedFields } from '../managed-fields';
import { at, deployment, planOf } from '../testing/fixtures';
import { second } from '../testing/scenarios';
import { driftKey, driftOf } from './drift-of';

const LATER = '2026-01-01T00:01:00Z';
const scenario = second(5);
const analyse = planOf(scenario).steps.findIndex((step) => step.kind === 'analyse');
/** A release in the analysis at 17 %: 1 canary pod and 5 stable pods, 6 in total. */
const analysing = (over: Partial<RunningState> = {}): RunningState =>
  ({ ...at(scenario, analyse, 9), weights: { asked: 17, reached: 16.7 }, ...over }) as RunningState;

const entry = (manager: string, fieldsV1: Fields, over: Partial<ManagedFields> = {}): ManagedFields => ({
  manager,
  operation: 'Update',
  apiVersion: 'apps/v1',
  time: LATER,
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...over,
});
const image: Fields = {
  'f:spec': {
    'f:template': {
      'f:spec': {
        'f:containers': {
          'k:{"name":"web"}': {
            '.': {},
            'f:image': {},
            'f:env': { 'k:{"name":"PASSWORD"}': { 'f:value': {} } },
            'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { 'f:name': {} } },
          },
        },
      },
    },
  },
};
const replicas: Fields = { 'f:spec': { 'f:replicas': {} } };
const named = (name: string, pods: number, managedFields: readonly ManagedFields[] = []): Deployment => {
  const live = deployment('shop:v1', pods);
  return { ...live, metadata: { ...live.metadata, name, managedFields } };
};
const drifts = (stable: Deployment | undefined, canary: Deployment | undefined = named('web-canary', 1), state = analysing()) =>
  driftOf(state, { stable, canary });

describe('driftOf', () => {
  it('returns nothing if the Deployments are as Alloy requested', () => {
    expect(drifts(named('web', 5, [entry('alloy', image), entry('alloy-scale', replicas), entry('alloy-fence', image)]))).toEqual([]);
    expect(drifts(undefined, undefined)).toEqual([]);
  });

  it('reports another number of pods, even if the API server does not record who scaled', () => {
    expect(drifts(named('web', 7))).toEqual([
      { object: { kind: 'Deployment', name: 'web' }, manager: null, fields: [{ path: 'spec.replicas', expected: 5, found: 7 }] },
    ]);
    expect(drifts(named('web', 7, [entry('kubectl', replicas, { subresource: 'scale' })]))).toMatchObject([{ manager: 'kubectl' }]);
    expect(drifts(named('web', 5), named('web-canary', 0))).toMatchObject([
      { object: { name: 'web-canary' }, fields: [{ expected: 1, found: 0 }] },
    ]);
  });

  it('expects the number of stable pods that Alloy leaves to an autoscaler', () => {
    const last = planOf(scenario).steps.map(({ kind }) => kind).lastIndexOf('analyse');
    const late = (reached: number) => ({ ...at(scenario, last, 20), weights: { asked: 83, reached } }) as RunningState;
    // 5 + 1 without an autoscaler, 5 + 5 with one.
    expect(drifts(named('web', 1), named('web-canary', 5), late(83.3))).toEqual([]);
    expect(drifts(named('web', 5), named('web-canary', 5), late(50))).toEqual([]);
    expect(drifts(named('web', 5), named('web-canary', 5), late(83.3))).toMatchObject([{ fields: [{ expected: 1, found: 5 }] }]);
  });

  it('reports a scaling by another manager only from the managed fields while Alloy itself scales', () => {
    const shifting = at(scenario, planOf(scenario).steps.findIndex((step) => step.kind === 'shiftTraffic'), 7);
    expect(drifts(named('web', 7), undefined, shifting)).toEqual([]);
    expect(drifts(named('web', 7, [entry('kube-controller-manager', replicas)]), undefined, shifting)).toMatchObject([
      { manager: 'kube-controller-manager', fields: [{ path: 'spec.replicas', expected: null, found: 7 }] },
    ]);
  });

  it('names the manager and the changed fields, but no values', () => {
    const [drift] = drifts(named('web', 5, [entry('kubectl-edit', image)]));
    expect(drift).toEqual({
      object: { kind: 'Deployment', name: 'web' },
      manager: 'kubectl-edit',
      fields: ['image', 'env[PASSWORD].value', 'ports[80/TCP].name'].map((field) => ({
        path: `spec.template.spec.containers[web].${field}`,
        expected: null,
        found: null,
      })),
    });
  });

  it.each([
    ['written before the release was planned', entry('kubectl-client-side-apply', image, { time: '2025-12-31T23:59:59Z' })],
    ['written in the second in which the release was planned', entry('kubectl-client-side-apply', image, { time: '2026-01-01T00:00:00Z' })],
    ['of the status', entry('kube-controller-manager', { 'f:status': { 'f:replicas': {} } }, { subresource: 'status' })],
    [
      'of annotations',
      entry('kube-controller-manager', { 'f:metadata': { 'f:annotations': { 'f:deployment.kubernetes.io/revision': {} } } }),
    ],
    ['without a time', entry('unknown', image, { time: undefined })],
  ])('ignores fields %s', (_name, write) => expect(drifts(named('web', 5, [write]))).toEqual([]));

  it('names at most twenty fields', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f:field${i}`, {}]));
    expect(drifts(named('web', 5, [entry('robot', { 'f:spec': many })]))[0]!.fields).toHaveLength(20);
  });

  it('returns the same key for the same drift at any time, and another key for another number of pods', () => {
    const key = (pods: number, state = analysing()) => driftKey(drifts(named('web', pods), named('web-canary', 1), state)[0]!);
    expect(key(7)).toBe(key(7, { ...analysing(), version: 30 }));
    expect(key(7)).not.toBe(key(8));
  });
});
