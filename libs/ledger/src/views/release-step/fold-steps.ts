import type { Reason } from '@alloy/release';
import type { OrderedReleaseEvent } from '../async-view';

/** The end of an attempt at a step. */
export interface StepEnd {
  readonly at: string;
  /** `completed`, or the type of the decision that interrupted it. */
  readonly outcome: string;
  readonly reason: Reason;
  readonly seq: number;
}

/** One attempt at one step (`step` −1: the rollback, or a scale-down of the canary). */
export interface StepRow {
  readonly releaseId: string;
  readonly decision: number;
  readonly step: number;
  readonly attempt: number;
  readonly kind: string;
  readonly weight: number | null;
  readonly startedAt: string;
  readonly seq: number;
  /** Null: it is running. */
  end: StepEnd | null;
}

type Event = OrderedReleaseEvent & { readonly releaseId: string };

/** The attempts that a batch of events starts, and those from earlier batches that it ends, by release. */
export function foldSteps(events: readonly Event[]): { readonly ended: ReadonlyMap<string, StepEnd>; readonly rows: readonly StepRow[] } {
  const ended = new Map<string, StepEnd>();
  const rows: StepRow[] = [];
  /** Releases that start in the batch, and have no earlier attempts. */
  const begun = new Set<string>();
  for (const event of events) {
    if (event.version === 1) begun.add(event.releaseId);
    const end = endOf(event);
    if (end && !begun.has(event.releaseId) && !ended.has(event.releaseId)) ended.set(event.releaseId, end);
    if (end) for (const row of rows) if (row.releaseId === event.releaseId) row.end ??= end;
    const row = startOf(event);
    if (row) rows.push(row);
  }
  return { ended, rows };
}

function endOf(event: Event): StepEnd | undefined {
  const { occurredAt: at, seq } = event;
  switch (event.type) {
    case 'StepCompleted':
    case 'ReleasePromoted':
    case 'ReleaseRolledBack':
      return { at, outcome: 'completed', reason: event.data.reason, seq };
    case 'ReleaseHeld':
      // Otherwise it keeps the failed step, which its resume starts again.
      return event.data.isScaledDown ? { at, outcome: 'completed', reason: event.data.reason, seq } : undefined;
    case 'ScaleDownDecided':
    case 'ShiftRepeated':
    case 'RollbackDecided':
    case 'ReleaseFailed':
    case 'ReleaseStuck':
    case 'ReleaseAborted':
      return { at, outcome: event.type, reason: event.data.reason, seq };
  }
}

function startOf(event: Event): StepRow | undefined {
  const { releaseId, version: decision, occurredAt: startedAt, seq } = event;
  switch (event.type) {
    case 'StepStarted': {
      const { step, attempt, spec } = event.data;
      return {
        releaseId, decision, step, attempt, kind: spec.kind,
        weight: 'weight' in spec ? spec.weight : null,
        startedAt,
        seq,
        end: null,
      };
    }
    case 'ScaleDownDecided':
    case 'RollbackDecided': {
      const kind = event.type === 'RollbackDecided' ? 'rollback' : 'scaleDownCanary';
      return { releaseId, decision, step: -1, attempt: event.data.attempt, kind, weight: 0, startedAt, seq, end: null };
    }
  }
}
