import type { Context, Status, WhenBusy } from '@alloy/release';

/** The prospect of a release that would be posted now. */
export type Prospect = 'starts' | 'supersedes' | 'waits' | 'rejected';

/** Why it would not start immediately; later versions may add codes. */
export interface WindowReason {
  readonly code: 'slot_taken' | 'queue';
  readonly text: string;
}

/** Whether a release may start now. */
export interface ReleaseWindow {
  readonly project: string;
  readonly environment: string;
  /** It would start immediately, possibly in place of the running release. */
  readonly open: boolean;
  readonly prospect: Prospect;
  readonly whenBusy: WhenBusy;
  /** Empty if it is open. */
  readonly reasons: readonly WindowReason[];
  /** The release that holds the slot. */
  readonly running: RunningRelease | null;
  /** Number of releases that wait for the slot. */
  readonly waiting: number;
  /** When it opens without an action, ISO 8601; null: unknown. */
  readonly opensAt: string | null;
}

export interface RunningRelease {
  readonly id: string;
  readonly status: Status;
  readonly imageTag: string;
  /** It is expedited: only another expedited release preempts it. */
  readonly urgent: boolean;
}

export type Sight = Pick<ReleaseWindow, 'project' | 'environment' | 'running'> & Pick<Context, 'waiting'> & { readonly whenBusy: WhenBusy };

/** From the slot, the queue, and the policy. */
export function releaseWindow({ project, environment, whenBusy, running, waiting }: Sight): ReleaseWindow {
  const prospect = prospectOf({ whenBusy, running, waiting });
  const open = prospect === 'starts' || prospect === 'supersedes';
  return {
    project, environment, open, prospect, whenBusy,
    reasons: open ? [] : reasonsOf(running, waiting.length),
    running,
    waiting: waiting.length,
    opensAt: null,
  };
}

function prospectOf({ whenBusy, running, waiting }: Pick<Sight, 'whenBusy' | 'running' | 'waiting'>): Prospect {
  if (running === null && waiting.length === 0) return 'starts';
  switch (whenBusy) {
    case 'reject':
      return 'rejected';
    case 'supersede':
      return (running === null || givesWay(running)) && !waiting.some(({ urgent }) => urgent) ? 'supersedes' : 'waits';
    case 'latestOnly':
    case 'queue':
      return 'waits';
  }
}

const givesWay = ({ status, urgent }: RunningRelease): boolean => !urgent && (status === 'releasing' || status === 'paused');

const reasonsOf = (running: RunningRelease | null, waiting: number): readonly WindowReason[] => [
  ...(running ? [{ code: 'slot_taken' as const, text: `release ${running.id} of ${running.imageTag} is ${running.status}` }] : []),
  ...(waiting > 0
    ? [{ code: 'queue' as const, text: waiting === 1 ? 'one release is already waiting' : `${waiting} releases are already waiting` }]
    : []),
];
