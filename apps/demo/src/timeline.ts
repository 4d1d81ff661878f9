import { describeEvent } from '@alloy/catalogue';
import type { StoredEvent } from '@alloy/contracts';
import type { ReleaseEvent, ReleaseEventType } from '@alloy/release';

/**
 * Event types without a line of their own: the line of the next decision, verdict or shift of traffic includes them.
 */
const hidden: ReadonlySet<string> = new Set<ReleaseEventType>([
  'GateOpened', 'TargetInspected', 'StepCompleted', 'ManifestsApplied', 'WorkloadScaled', 'WorkloadBecameReady', 'WorkloadProgressed',
]);

/** Selected events of a release as lines, each with the seconds since the request. */
export function timeline(events: readonly StoredEvent[]): readonly string[] {
  const requestedAt = Date.parse(events[0]?.occurredAt ?? '');
  return events
    .filter(({ type }) => !hidden.has(type))
    .map((event) => {
      const seconds = (Date.parse(event.occurredAt) - requestedAt) / 1000;
      return `${seconds.toFixed(1).padStart(6)} s  ${describeEvent(event as unknown as ReleaseEvent)}`;
    });
}
