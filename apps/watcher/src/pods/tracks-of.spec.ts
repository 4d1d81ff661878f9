import type { Deployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { PlannedState } from '@alloy/release';
import { given, happyUntil, meanwhile, policy } from '@alloy/release/testing';
import type { Workloads } from '../cluster-reader';
import { tracksOf } from './tracks-of';

const by = (rollout: object) => meanwhile({ policy: { ...policy, strategy: 'rollout', rollout } });
const steps = { steps: [{ setWeight: 50 }, { pause: {} }] };
const pod = (name: string, release?: string): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: release === undefined ? {} : { 'alloy.dev/release': release } } });
const web = { metadata: { name: 'web' } } as unknown as Deployment;

function names(rollout: object, ...until: Parameters<typeof happyUntil>): Readonly<Record<string, readonly string[]>> {
  const state = given(by(rollout), happyUntil(...until)).state as PlannedState;
  const pods = [pod('old', 'R0'), pod('adopted'), pod('new', state.releaseId)];
  const workloads: Workloads = { stable: { deployment: web, pods }, canary: { deployment: undefined, pods: [] } };
  const { stable, canary } = tracksOf(state, workloads);
  return { stable: stable.pods.map(({ metadata }) => metadata.name), canary: canary.pods.map(({ metadata }) => metadata.name) };
}

describe('the tracks of a rollout', () => {
  it.each(['setPartition', 'pause'] as const)('by steps are its new and its old pods in %s', (kind) =>
    expect(names(steps, kind)).toEqual({ stable: ['old', 'adopted'], canary: ['new'] }));
  it.each(['promote', 'retire'] as const)('are the Deployments in %s', (kind) =>
    expect(names(steps, kind)).toEqual({ stable: ['old', 'adopted', 'new'], canary: [] }));
  it('without steps are the Deployments', () =>
    expect(names({ maxSurge: 1 }, 'promote')).toEqual({ stable: ['old', 'adopted', 'new'], canary: [] }));
});
