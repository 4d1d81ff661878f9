import type { ExitCode } from './exit-codes';

/** What ends a verb with one clear line on stderr and an exit code of the table; `hint`, if any, says what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly code: string,
    readonly exitCode: ExitCode,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
