import { statusTraits, type ReleaseEventType, type Status } from '@alloy/release';

export const isEnded = (status: Status): boolean => statusTraits[status].phase === 'ended';

/** Decisions that end a release, and the status each leaves. */
export const endings = {
  ReleaseRejected: 'rejected', ReleaseSuperseded: 'superseded', ReleaseAborted: 'aborted', ReleasePromoted: 'promoted',
  ReleaseRolledBack: 'rolledBack', ReleaseHandedBack: 'handedBack', ReleaseFailed: 'failed', ReleaseStuck: 'stuck',
} as const satisfies Partial<Record<ReleaseEventType, Status>>;
export type EndingType = keyof typeof endings;
export const isEnding = (type: string): type is EndingType => Object.hasOwn(endings, type);
