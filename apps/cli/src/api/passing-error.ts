import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';

/**
 * Alloy is temporarily unavailable or overloaded: the request may be repeated, after at least `retryAfter` ms (default
 * 0).
 */
export class PassingError extends CliError {
  constructor(
    code: string,
    message: string,
    hint: string | undefined,
    readonly retryAfter = 0,
  ) {
    super(code, exitCodes.error, message, hint);
  }
}
