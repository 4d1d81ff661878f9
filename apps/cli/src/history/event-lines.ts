import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import { describeEvent } from '@alloy/catalogue';
import { describeProjectEvent, projectFamilyOf, type ProjectEvent } from '@alloy/policy';
import { familyOf, type ReleaseEvent } from '@alloy/release';
import type { ShownEvent } from '../api/shapes';
import type { Colors } from '../output/colors';
import { printable } from '../output/printable';

/** An event in one sentence; empty for a type that this version does not know. */
export function sentenceOf(event: StoredEvent): string {
  if (Object.hasOwn(familyOf, event.type)) return describeEvent(event as unknown as ReleaseEvent);
  return Object.hasOwn(projectFamilyOf, event.type) ? describeProjectEvent(event as unknown as ProjectEvent, event.environment) : '';
}

export const whoOf = ({ actor }: Pick<StoredEvent, 'actor'>): string =>
  actor.kind === 'service' || actor.kind === 'system' ? actor.id : `${actor.kind}:${actor.id}`;

const nameOf = ({ stream }: StoredEvent): string => releaseIdOf(stream) ?? stream;

/**
 * One event on one line with fixed column widths, so that lines can be printed as they arrive. `isWide`: with project,
 * environment and cursor.
 */
export function eventLine(event: ShownEvent, color: Colors, isWide: boolean): string {
  const wide = isWide ? [`${event.project}/${event.environment}`.padEnd(18), event.cursor.padEnd(12)] : [];
  const cells = [
    event.occurredAt,
    nameOf(event).padEnd(26),
    `v${event.version}`.padEnd(4),
    ...wide,
    whoOf(event).padEnd(12),
    event.type.padEnd(19),
  ].map(printable);
  return `${cells.slice(0, -1).join('  ')}  ${painted(cells.at(-1)!, event, color)}  ${printable(sentenceOf(event))}`.trimEnd();
}

const GOOD: ReadonlySet<string> = new Set(['ReleasePromoted', 'PromotionDecided']);
const BAD: ReadonlySet<string> = new Set([
  'ScaleDownDecided', 'RollbackDecided', 'ReleaseRolledBack', 'ReleaseFailed', 'ReleaseStuck', 'ReleaseRejected', 'WorkloadDegraded',
  'EffectFailed',
]);

/** Highlights decisions; successes are green, failures red. */
export function painted(text: string, { type, family }: Pick<StoredEvent, 'type' | 'family'>, color: Colors): string {
  if (GOOD.has(type)) return color.green(text);
  if (BAD.has(type)) return color.red(text);
  return family === 'decision' ? color.bold(text) : text;
}
