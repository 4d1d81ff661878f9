import type { ExitCode } from './exit-codes';

/** Ends a verb with one line on stderr and an exit code of the table; `hint` says what to do. */
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
