import {
  holdText, type Context, type Hold, type Prospect, type ReleaseWindow, type RunningRelease, type WhenBusy, type WindowReason,
} from '@alloy/release';

export type Sight =
  Pick<ReleaseWindow, 'project' | 'environment' | 'running' | 'hold'> & Pick<Context, 'waiting'> & { readonly whenBusy: WhenBusy };

/** From the slot, the queue, the hold, and the policy. */
export function releaseWindow({ project, environment, whenBusy, running, hold, waiting }: Sight): ReleaseWindow {
  const prospect = prospectOf({ whenBusy, running, hold, waiting });
  const open = prospect === 'starts' || prospect === 'supersedes';
  return {
    project, environment, open, prospect, whenBusy,
    reasons: open ? [] : reasonsOf(running, hold, waiting.length),
    running,
    hold,
    waiting: waiting.length,
    opensAt: null,
  };
}

function prospectOf({ whenBusy, running, hold, waiting }: Pick<Sight, 'whenBusy' | 'running' | 'hold' | 'waiting'>): Prospect {
  if (hold) return whenBusy === 'reject' ? 'rejected' : 'waits';
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

const runningText = ({ id, imageTag, status, waiting }: RunningRelease): string =>
  `release ${id} of ${imageTag} is ${status}${waiting ? `: ${waiting.text}` : ''}`;

const reasonsOf = (running: RunningRelease | null, hold: Hold | null, waiting: number): readonly WindowReason[] => [
  ...(hold ? [{ code: 'on_hold' as const, text: `${holdText(hold)}; a user with the scope operate lifts it` }] : []),
  ...(running ? [{ code: 'slot_taken' as const, text: runningText(running) }] : []),
  ...(waiting > 0
    ? [{ code: 'queue' as const, text: waiting === 1 ? 'one release is already waiting' : `${waiting} releases are already waiting` }]
    : []),
];
