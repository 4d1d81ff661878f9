import type { ObjectEvent } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import { kubernetesEventOf, type ActiveState, type KubernetesEvent } from '@alloy/catalogue';
import { isoOf, type ReleaseEvent } from '@alloy/release';

/** A Kubernetes Event as the cluster stores it, without the object to which it belongs. */
export type UnboundEvent = Omit<ObjectEvent, 'regarding'>;

/**
 * The Kubernetes Events of a release so far, in the order of the log. Repetitions are one Kubernetes Event with a
 * count. Pure: the same log gives the same names and times.
 */
export function kubernetesEventsOf(events: readonly StoredEvent[], state: ActiveState): readonly UnboundEvent[] {
  const found = new Map<string, UnboundEvent>();
  let listed = 0;
  for (const event of events) {
    const content = kubernetesEventOf(event as unknown as ReleaseEvent, state);
    if (!content) continue;
    // Each Kubernetes Event gets a whole second of its own: kubectl sorts by seconds and mixes those with the same
    // second.
    listed = Math.max(listed + SECOND, Math.floor(Date.parse(event.occurredAt) / SECOND) * SECOND);
    const key = `${content.reason} ${content.subject ?? ''}`;
    // The note stays that of the first time: Kubernetes allows only the count to change.
    const first = found.get(key) ?? newEvent(content, event, state);
    found.set(key, { ...first, count: first.count + 1, lastAt: event.occurredAt, listedAt: isoOf(listed) });
  }
  return [...found.values()];
}

const SECOND = 1_000;

type NewEvent = Omit<UnboundEvent, 'lastAt' | 'listedAt'>;

function newEvent(content: KubernetesEvent, { version, occurredAt }: StoredEvent, { releaseId, request }: ActiveState): NewEvent {
  const { reason, type, note } = content;
  return { name: nameOf(request.workload, releaseId, version), type, reason, action: reason, note, count: 0, firstAt: occurredAt };
}

const WORKLOAD_LENGTH = 180;

/**
 * Consists of the workload, the release and the version of the first event in the log, so that names sort in the order
 * of the log.
 */
const nameOf = (workload: string, releaseId: string, version: number): string =>
  `${workload.slice(0, WORKLOAD_LENGTH)}.${releaseId.toLowerCase().replace(/[^a-z0-9-]/g, '-')}.${version.toString(16).padStart(6, '0')}`;
