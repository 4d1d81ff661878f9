import type { Status } from '@alloy/release';
import type { Colors } from './colors';

/** Green: succeeded. Red: did not succeed. Yellow: waits for a user. */
export function paintStatus(text: string, status: Status, color: Colors): string {
  switch (status) {
    case 'promoted':
    case 'handedBack':
      return color.green(text);
    case 'rolledBack':
    case 'rollingBack':
    case 'scalingDown':
    case 'failed':
    case 'stuck':
    case 'rejected':
      return color.red(text);
    case 'paused':
    case 'held':
      return color.yellow(text);
    case 'releasing':
    case 'promoting':
    case 'baking':
    case 'gated':
      return color.cyan(text);
    case 'none':
    case 'requested':
    case 'queued':
    case 'superseded':
    case 'aborted':
      return text;
  }
}
