import type { OrderedEvent } from '@alloy/contracts';
import type { Judgement, Violation } from '../violation';

const ENDS: ReadonlySet<string> = new Set(['ReleasePromoted', 'ReleaseRolledBack', 'ReleaseFailed', 'ReleaseStuck']);

/**
 * P3: at most one promotion of each release, and at most one active release of each project and environment, by the log
 * in its total order.
 */
export function checkOnce(events: readonly OrderedEvent[]): Judgement {
  const ordered = [...events].sort((a, b) => a.seq - b.seq);
  const promoted = new Set<string>();
  const holders = new Map<string, string>();
  const violations: Violation[] = [];
  let judged = 0;
  for (const { type, stream, project, environment, seq } of ordered) {
    const slot = `${project}/${environment}`;
    const holder = holders.get(slot);
    if (type === 'ReleasePlanned') {
      judged += 1;
      if (holder !== undefined)
        violations.push({ promise: 'P3', at: seq, text: `${stream} started while ${holder} was active in ${slot}` });
      holders.set(slot, stream);
    }
    if (type === 'PromotionDecided' || type === 'ReleasePromoted') {
      judged += 1;
      if (promoted.has(`${type} ${stream}`)) violations.push({ promise: 'P3', at: seq, text: `${stream} has a second ${type}` });
      promoted.add(`${type} ${stream}`);
    }
    if (ENDS.has(type) && holder === stream) holders.delete(slot);
  }
  return { violations, judged };
}
