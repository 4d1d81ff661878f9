import { eventsOf } from '../../observer/histories';
import type { FinishedRelease } from '../seed-run';

/** A finished release with these events; each occurs `seconds` after the previous one, default 1. */
export function finished(
  history: ReadonlyArray<readonly [type: string, data?: unknown, seconds?: number]>,
  more: Partial<FinishedRelease> = {},
): FinishedRelease {
  let at = Date.parse('2026-01-01T00:00:00Z');
  const events = eventsOf(
    'release-r1',
    history.map(([type, data = {}]) => [type, data]),
  ).map((event, index) => ({
    ...event,
    occurredAt: new Date((at += (history[index]![2] ?? 1) * 1_000)).toISOString(),
    family: FACTS.has(event.type) ? ('outcome' as const) : ('decision' as const),
  }));
  return { id: 'r1', project: 'shop', tag: 'v2', behaviour: 'good', aborted: false, faults: [], events, ...more };
}

const FACTS: ReadonlySet<string> = new Set(['ManifestsApplied', 'WorkloadScaled', 'TrafficShifted']);

export const START = Date.parse('2026-01-01T00:00:00Z');
