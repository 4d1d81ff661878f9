import { previewDecision, type PreviewInput } from '@alloy/release';
import { adoptedV0, context, identity, inspection, nothingRuns, request } from '@alloy/release/testing';
import { desiredCluster } from '../desired-cluster';
import type { Live } from '../live';
import { ALLOY_MANAGER, type Fields, type ManagedFields } from '../managed-fields';
import { bundleOf, deployment, nameHash } from '../testing/fixtures';
import { running } from '../testing/inspection';
import { previewWrites } from './preview-writes';

const nothing: Live = { web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null };
const now = Date.parse('2026-01-01T00:00:00Z');

/** The lines of each step, with the pods of both tracks after it. */
function played(live: Live, over: Partial<PreviewInput> = {}): Readonly<Record<string, readonly string[]>> {
  const { steps } = previewDecision({ ...identity, request, context, inspection, adopted: null, now, ...over });
  const bundles = { bundle: bundleOf('v2', 5), stable: bundleOf('v1', 5) };
  let before = live;
  return Object.fromEntries(
    steps.map((state) => {
      const effect = previewWrites(desiredCluster({ installation: 'alloy', state, ...bundles, nameHash }), before);
      before = effect.live;
      const lines = effect.writes.map(({ batch: _batch, ...write }) => Object.values(write).join(' '));
      const pods = `stable ${before.web?.replicas ?? 0}, canary ${before.canary?.replicas ?? 0}`;
      return [`${state.done} ${state.plan.steps[state.done]!.kind}`, [...lines, pods]];
    }),
  );
}

it('carries out a canary in memory: its writes step by step, with the pods of both tracks', () => {
  const found = played({ ...nothing, web: running(deployment('shop:v1', 5)) });
  expect(found['0 apply']!.at(-2)).toBe('create Deployment web-canary');
  expect(found['1 scaleCanary']).toEqual(['scale Deployment web-canary 0 1', 'stable 5, canary 1']);
  expect(found['4 scaleCanary']).toEqual(['scale Deployment web-canary 1 3', 'stable 5, canary 3']);
  expect(found['5 shiftTraffic']).toEqual(['scale Deployment web 5 3', 'stable 3, canary 3']);
  expect(found['6 analyse']).toEqual(['stable 3, canary 3']);
  expect(found['10 promote']).toEqual([
    'apply Deployment web', 'scale Deployment web 1 5', 'scale Deployment web-canary 5 0', 'stable 5, canary 0',
  ]);
  expect(found['11 retire']!.slice(-2)).toEqual(['delete Deployment web-canary', 'stable 5, canary 0']);
});

it('carries out an experiment in memory: its baseline comes and goes', () => {
  const policy = { ...context.policy, steps: [{ setWeight: 50 }, { experiment: { duration: 5 } }] };
  const found = played({ ...nothing, web: running(deployment('shop:v1', 5)) }, { context: { ...context, policy } });
  expect(found['3 scaleBaseline']).toEqual([
    'create Deployment web-baseline', 'scale Deployment web-baseline 0 3', 'stable 3, canary 3',
  ]);
  expect(found['5 scaleBaseline']).toEqual([
    'scale Deployment web-baseline 3 0', 'delete Deployment web-baseline', 'stable 3, canary 3',
  ]);
});

it('applies the pod template once, whichever manager owned a part of it', () => {
  const template = (fields: object) => ({ 'f:spec': { 'f:template': { 'f:spec': fields } } });
  const entry = (manager: string, operation: 'Apply' | 'Update', fields: object): ManagedFields =>
    ({ manager, operation, apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1: template(fields) as Fields });
  const image = { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } } };
  const live = deployment('shop:v1', 5);
  const owned = (...managedFields: readonly ManagedFields[]): Live =>
    ({ ...nothing, web: running({ ...live, metadata: { ...live.metadata, managedFields } }) });
  const applies = (state: Live) => played(state)['10 promote']!.filter((line) => line.startsWith('apply'));
  expect(applies(owned(entry(ALLOY_MANAGER, 'Apply', { ...image, 'f:nodeSelector': { 'f:disk': {} } })))).toHaveLength(1);
  expect(applies(owned(entry(ALLOY_MANAGER, 'Apply', {}), entry('kubectl-edit', 'Update', image)))).toHaveLength(1);
  expect(applies(owned(entry(ALLOY_MANAGER, 'Apply', image), entry('kubectl-edit', 'Update', { 'f:hostname': {} })))).toHaveLength(1);
});

it('throws instead of returning a part of a step that does not end', () => {
  const { steps } = previewDecision({ ...identity, request, context, inspection, adopted: null, now });
  const desired = desiredCluster({ installation: 'alloy', state: steps[0]!, bundle: bundleOf('v2', 5), stable: null, nameHash });
  const live = { ...nothing, web: running(deployment('shop:v1', 5)) };
  expect(() => previewWrites(desired, live, 2)).toThrow('a step of workload web has not ended after 2 writes in memory');
});

it('creates everything in a first release', () => {
  const found = played(nothing, { context: { ...context, stable: null }, inspection: nothingRuns });
  expect(Object.keys(found)).toEqual(['0 apply', '1 promote', '2 retire']);
  expect(found['1 promote']).toEqual(['create Deployment web', 'scale Deployment web 0 5', 'stable 5, canary 0']);
});

it('changes nothing in the live state that it is given', () => {
  const live = { ...nothing, web: running(deployment('shop:v1', 5)) };
  const before = JSON.stringify(live);
  played(live);
  expect(JSON.stringify(live)).toBe(before);
});

it('is refused by decide as an inspected release is', () => {
  const refusal = { code: 'workload_paused', text: 'paused' } as const;
  const refused = { ...inspection, refusal };
  const { decision, steps } = previewDecision({ ...identity, request, context, inspection: refused, adopted: adoptedV0, now });
  expect([decision.type, decision.data.reason.code, steps]).toEqual(['ReleaseRejected', 'workload_paused', []]);
});

it('does not depend on the queue: a plan shows what the release does once it is admitted', () => {
  const slot = { holder: 'R0', counter: 7 };
  const { decision } = previewDecision({ ...identity, request, context: { ...context, slot }, inspection, adopted: null, now });
  expect(decision).toMatchObject({ type: 'ReleasePlanned', data: { slotCounter: 8 } });
});

it('does not depend on a hold, which the release waits for before it is inspected', () => {
  const hold = { by: 'anna', since: '2026-01-01T00:00:00.000Z', reason: 'sale', release: null };
  const { decision } = previewDecision({ ...identity, request, context: { ...context, hold }, inspection, adopted: null, now });
  expect(decision.type).toBe('ReleasePlanned');
});
