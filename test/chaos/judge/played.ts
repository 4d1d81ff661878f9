import { eventsOf } from '../../observer/histories';
import type { PlayedRelease } from '../seed-run';

/** A release with these events; each comes `seconds` after the one before it, default 1. */
export function played(
  told: ReadonlyArray<readonly [type: string, data?: unknown, seconds?: number]>,
  more: Partial<PlayedRelease> = {},
): PlayedRelease {
  let at = Date.parse('2026-01-01T00:00:00Z');
  const events = eventsOf(
    'release-r1',
    told.map(([type, data = {}]) => [type, data]),
  ).map((event, index) => ({
    ...event,
    occurredAt: new Date((at += (told[index]![2] ?? 1) * 1_000)).toISOString(),
    family: FACTS.has(event.type) ? ('outcome' as const) : ('decision' as const),
  }));
  return { id: 'r1', project: 'shop', tag: 'v2', behaviour: 'good', aborted: false, faults: [], events, ...more };
}

const FACTS: ReadonlySet<string> = new Set(['ManifestsApplied', 'WorkloadScaled', 'TrafficShifted']);

export const START = Date.parse('2026-01-01T00:00:00Z');
