import type { Status } from '@alloy/release';
import type { Release } from '../api/shapes';
import { exitCodes, type ExitCode } from '../exit-codes';

/**
 * Exit code of a command that waited for a release; undefined: the release continues, also if a pending intent will
 * resume it. A pause step without a duration, and a release that a hold stops, wait like a paused release.
 */
export function outcomeOf({ status, waiting, unanswered = [] }: Pick<Release, 'status' | 'unanswered' | 'waiting'>): ExitCode | undefined {
  const isPaused = status === 'paused' || status === 'held' || waiting?.code === 'onHold'
    || (waiting?.code === 'pause' && waiting.earliestOpen === null);
  if (isPaused) return unanswered.length > 0 ? undefined : exitCodes.waits;
  return outcomes(status);
}

function outcomes(status: Status): ExitCode | undefined {
  switch (status) {
    case 'promoted':
    case 'handedBack':
      return exitCodes.done;
    case 'rolledBack':
    case 'failed':
    case 'stuck':
      return exitCodes.rolledBack;
    case 'rejected':
    case 'superseded':
    case 'aborted':
      return exitCodes.refused;
    case 'paused':
    case 'held':
      return exitCodes.waits;
    case 'none':
    case 'requested':
    case 'queued':
    case 'gated':
    case 'releasing':
    case 'scalingDown':
    case 'promoting':
    case 'baking':
    case 'rollingBack':
      return undefined;
  }
}

/** Whether the status is final. */
export const isEnd = (status: Status): boolean => status !== 'paused' && status !== 'held' && outcomes(status) !== undefined;
