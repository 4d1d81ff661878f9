/** Why Alloy cannot start or continue: one line for users that names the variable or file to supply. */
export class StartError extends Error {
  readonly code = 'start_failed';
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}
