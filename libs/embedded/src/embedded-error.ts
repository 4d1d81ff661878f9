export type EmbeddedErrorCode = 'binary_missing' | 'port_taken' | 'did_not_start' | 'no_account';

/** An embedded server could not be started; the message is one line that names the variable or file to supply. */
export class EmbeddedError extends Error {
  constructor(readonly code: EmbeddedErrorCode, message: string) {
    super(message);
    this.name = 'EmbeddedError';
  }
}
