import type { Status } from '@alloy/release';
import type { Release } from '../api/shapes';
import { exitCodes, type ExitCode } from '../exit-codes';

/** With what a command ends that waited for a release; undefined: it goes on, as it is about to where a person asked for something that is not answered yet. */
export const outcomeOf = ({ status, unanswered = [] }: Pick<Release, 'status' | 'unanswered'>): ExitCode | undefined => (status === 'paused' && unanswered.length > 0 ? undefined : outcomes(status));

function outcomes(status: Status): ExitCode | undefined {
  switch (status) {
    case 'promoted':
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
      return exitCodes.waits;
    case 'none':
    case 'requested':
    case 'queued':
    case 'gated':
    case 'releasing':
    case 'promoting':
    case 'baking':
    case 'rollingBack':
      return undefined;
  }
}

/** Nothing follows it. */
export const isEnd = (status: Status): boolean => status !== 'paused' && outcomes(status) !== undefined;
