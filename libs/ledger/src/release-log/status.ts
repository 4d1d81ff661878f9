import type { ReleaseEventType, Status } from '@alloy/release';

/** Statuses that nothing follows. */
export const endedStatuses = ['rejected', 'superseded', 'aborted', 'promoted', 'rolledBack', 'failed', 'stuck'] as const satisfies readonly Status[];
export const isEnded = (status: Status): boolean => (endedStatuses as readonly Status[]).includes(status);

/** Statuses that wait for the slot, or for their turn in it. */
export const waitingStatuses = ['requested', 'queued', 'gated'] as const satisfies readonly Status[];

/** Decisions that end a release, and the status each leaves. */
export const endings = {
  ReleaseRejected: 'rejected', ReleaseSuperseded: 'superseded', ReleaseAborted: 'aborted', ReleasePromoted: 'promoted',
  ReleaseRolledBack: 'rolledBack', ReleaseFailed: 'failed', ReleaseStuck: 'stuck',
} as const satisfies Partial<Record<ReleaseEventType, Status>>;
export type EndingType = keyof typeof endings;
export const isEnding = (type: string): type is EndingType => Object.hasOwn(endings, type);
