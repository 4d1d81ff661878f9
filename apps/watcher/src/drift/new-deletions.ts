import { baselineName, canaryName, isTerminating, type Deployment } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import { hasCanary, type Current, type EventOf, type Payloads, type RunningState } from '@alloy/release';
import type { Deployments } from '../cluster-reader';

type Deletion = EventOf<'WorkloadDeleted'>;
type Track = Deletion['data']['track'];

/**
 * The Deployments that the current step needs, that another client has deleted or is deleting, and whose deletion the
 * log does not contain yet. Alloy itself deletes a canary only in steps that do not need it.
 */
export function newDeletions(
  state: RunningState, deployments: Deployments, events: ReadonlyArray<Pick<StoredEvent, 'type' | 'data'>>,
): readonly Deletion[] {
  const { current, request: { workload } } = state;
  if (!current) return [];
  const names: Readonly<Record<Track, string>> = {
    stable: workload, canary: canaryName(workload), baseline: baselineName(workload),
  };
  return neededTracks(state, current)
    .filter((track) => isGone(deployments[track]) && !isRecorded(events, current, track))
    .map((track) => ({ type: 'WorkloadDeleted', data: { ...current.ref, track, object: { kind: 'Deployment', name: names[track] } } }));
}

export const isGone = (deployment: Deployment | undefined): boolean => deployment === undefined || isTerminating(deployment);

function neededTracks({ plan }: RunningState, { spec, effectDone }: Current): readonly Track[] {
  switch (spec.kind) {
    case 'scaleCanary':
    case 'shiftTraffic':
    case 'setHeaderRoute':
    case 'setMirrorRoute':
    case 'scaleBaseline':
    case 'pause':
      return bothTracks(plan);
    case 'analyse':
      return spec.baseline ? [...bothTracks(plan), 'baseline'] : bothTracks(plan);
    case 'setPartition':
      return ['stable'];
    case 'promote':
      // Until then the executor itself creates a missing Deployment.
      return [...(hasCanary(plan) ? ['canary' as const] : []), ...(effectDone ? ['stable' as const] : [])];
    case 'retire':
    case 'scaleDownCanary':
      return ['stable'];
    case 'apply':
    case 'handBack':
    case 'rollback':
      return [];
  }
}

const bothTracks = (plan: RunningState['plan']): readonly Track[] => (hasCanary(plan) ? ['canary', 'stable'] : ['stable']);

const isRecorded = (events: ReadonlyArray<Pick<StoredEvent, 'type' | 'data'>>, { ref }: Current, track: Track): boolean =>
  events.some(({ type, data }) => {
    const recorded = data as Payloads['WorkloadDeleted'];
    return type === 'WorkloadDeleted' && recorded.track === track && recorded.decision === ref.decision;
  });

const seenTypes: ReadonlySet<string> = new Set(['WorkloadBecameReady', 'WorkloadProgressed', 'WorkloadDegraded', 'WorkloadBlocked']);

/**
 * Whether a watcher has observed the release's workload. If not, the Deployments may be missing because the watcher
 * reads another cluster than the executor.
 */
export const wasObserved = (events: ReadonlyArray<Pick<StoredEvent, 'type'>>): boolean => events.some(({ type }) => seenTypes.has(type));
