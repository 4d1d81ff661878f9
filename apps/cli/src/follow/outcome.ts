import type { Status } from '@alloy/release';
import { exitCodes, type ExitCode } from '../exit-codes';

/** With what a command ends that waited for a release of this status; undefined: it goes on. */
export function outcomeOf(status: Status): ExitCode | undefined {
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
export const isEnd = (status: Status): boolean => status !== 'paused' && outcomeOf(status) !== undefined;
