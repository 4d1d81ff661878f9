import type { Context, Prospect, ReleaseWindow, RunningRelease, WhenBusy, WindowReason } from '@alloy/release';

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

const runningText = ({ id, imageTag, status, waiting }: RunningRelease): string =>
  `release ${id} of ${imageTag} is ${status}${waiting ? `: ${waiting.text}` : ''}`;

const reasonsOf = (running: RunningRelease | null, waiting: number): readonly WindowReason[] => [
  ...(running ? [{ code: 'slot_taken' as const, text: runningText(running) }] : []),
  ...(waiting > 0
    ? [{ code: 'queue' as const, text: waiting === 1 ? 'one release is already waiting' : `${waiting} releases are already waiting` }]
    : []),
];
