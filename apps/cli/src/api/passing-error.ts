import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';

/** Alloy is away or has too much to do: the same may be asked again in a moment, and after `retryAfter` ms (default 0) at the earliest. */
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
