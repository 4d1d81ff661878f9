import type { StatesRetryability } from '@alloy/runtime';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';

/**
 * Alloy is temporarily unavailable or overloaded: the request may be repeated, after at least `retryAfterMs` (default
 * 0).
 */
export class PassingError extends CliError implements StatesRetryability {
  readonly retryable = true;

  constructor(
    code: string,
    message: string,
    hint: string | undefined,
    readonly retryAfterMs = 0,
  ) {
    super(code, exitCodes.error, message, hint);
  }
}
