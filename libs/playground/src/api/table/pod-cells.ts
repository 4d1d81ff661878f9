import type { PlaygroundObject } from '../../objects';
import { arrayOrEmpty, at } from '../json';
import { age } from './age';

/** A pod's row: ready containers, the most specific reason, restarts and node. */
export function podCells(pod: PlaygroundObject, now: Date): unknown[] {
  const statuses = arrayOrEmpty(at(pod, 'status', 'containerStatuses'));
  const ready = statuses.filter((status) => at(status, 'ready') === true && at(status, 'state', 'running') !== undefined).length;
  const containers = arrayOrEmpty(at(pod, 'spec', 'containers')).length;
  const gates = arrayOrEmpty(at(pod, 'spec', 'readinessGates')).length;
  return [
    pod.metadata.name,
    `${ready}/${containers}`,
    podReason(pod, statuses),
    restarts(statuses, now),
    age(pod.metadata.creationTimestamp, now),
    at(pod, 'status', 'podIP') ?? '<none>',
    at(pod, 'spec', 'nodeName') ?? '<none>',
    at(pod, 'status', 'nominatedNodeName') ?? '<none>',
    gates === 0 ? '<none>' : `0/${gates}`,
  ];
}

function podReason(pod: PlaygroundObject, statuses: readonly unknown[]): string {
  const reason = statuses.map(containerReason).findLast((one) => one !== undefined);
  const phase = String(at(pod, 'status', 'reason') ?? at(pod, 'status', 'phase') ?? 'Unknown');
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const running = statuses.some((status) => at(status, 'ready') === true && at(status, 'state', 'running') !== undefined);
  return reason === 'Completed' && running ? 'Running' : (reason ?? phase);
}

function containerReason(status: unknown): string | undefined {
  const waiting = at(status, 'state', 'waiting', 'reason');
  if (typeof waiting === 'string' && waiting !== '') return waiting;
  const ended = at(status, 'state', 'terminated');
  if (ended === undefined) return undefined;
  const reason = at(ended, 'reason');
  if (typeof reason === 'string' && reason !== '') return reason;
  return at(ended, 'signal') ? `Signal:${String(at(ended, 'signal'))}` : `ExitCode:${String(at(ended, 'exitCode') ?? 0)}`;
}

function restarts(statuses: readonly unknown[], now: Date): string {
  const count = statuses.reduce<number>((sum, status) => sum + Number(at(status, 'restartCount') ?? 0), 0);
  const last = statuses
    .map((status) => at(status, 'lastState', 'terminated', 'finishedAt'))
    .filter((time) => typeof time === 'string')
    .sort()
    .at(-1);
  return count > 0 && last !== undefined ? `${count} (${age(last, now)} ago)` : String(count);
}
