/** Why Alloy can't start or go on: one line for a person, who is told which variable or file to supply. */
export class StartError extends Error {
  readonly code = 'start_failed';
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}
