import type { Context, Status, WhenBusy } from '@alloy/release';

/** What would come of a release that was posted now. */
export type Prospect = 'starts' | 'supersedes' | 'waits' | 'rejected';

/** Why it would not begin at once; more kinds may come. */
export interface WindowReason {
  readonly code: 'slot_taken' | 'queue';
  readonly text: string;
}

/** Whether a release may begin now. */
export interface ReleaseWindow {
  readonly project: string;
  readonly environment: string;
  /** It would begin at once, be it in the place of the one that runs. */
  readonly open: boolean;
  readonly prospect: Prospect;
  readonly whenBusy: WhenBusy;
  /** None if it is open. */
  readonly reasons: readonly WindowReason[];
  /** The release that holds the slot. */
  readonly running: RunningRelease | null;
  /** How many wait for the slot. */
  readonly waiting: number;
  /** When it opens by itself, ISO 8601; null: that is not known beforehand. */
  readonly opensAt: string | null;
}

export interface RunningRelease {
  readonly id: string;
  readonly status: Status;
  readonly imageTag: string;
  /** A person wanted it at once: nothing but another such one takes over from it. */
  readonly urgent: boolean;
}

export type Sight = Pick<ReleaseWindow, 'project' | 'environment' | 'running'> & Pick<Context, 'waiting'> & { readonly whenBusy: WhenBusy };

/** By the slot, the queue, and what the policy does about them. */
export function releaseWindow({ project, environment, whenBusy, running, waiting }: Sight): ReleaseWindow {
  const prospect = prospectOf({ whenBusy, running, waiting });
  const open = prospect === 'starts' || prospect === 'supersedes';
  return { project, environment, open, prospect, whenBusy, reasons: open ? [] : reasonsOf(running, waiting.length), running, waiting: waiting.length, opensAt: null };
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
  ...(waiting > 0 ? [{ code: 'queue' as const, text: waiting === 1 ? 'a release waits already' : `${waiting} releases wait already` }] : []),
];
